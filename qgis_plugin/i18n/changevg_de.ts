<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>ChangeVG</name>
    <message>
        <source> m²</source>
        <translation> m²</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>&amp;Copy diagnostics</source>
        <translation>&amp;Diagnose kopieren</translation>
    </message>
    <message>
        <source>&amp;Install</source>
        <translation>&amp;Installieren</translation>
    </message>
    <message>
        <source>&amp;Install or update…</source>
        <translation>&amp;Installieren oder aktualisieren…</translation>
    </message>
    <message>
        <source>&amp;Program</source>
        <translation>&amp;Programm</translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation>&amp;Entfernen…</translation>
    </message>
    <message>
        <source>&amp;Test</source>
        <translation>&amp;Testen</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>&amp;Noch einmal versuchen</translation>
    </message>
    <message>
        <source>1 object</source>
        <translation>1 Objekt</translation>
    </message>
    <message>
        <source>A configuration of the kind “Basic” whose password is the key</source>
        <translation>Eine Konfiguration der Art „Basic“, deren Passwort der Schlüssel ist</translation>
    </message>
    <message>
        <source>A configuration of the kind “Basic” whose password is the token</source>
        <translation>Eine Konfiguration der Art „Basic“, deren Passwort das Token ist</translation>
    </message>
    <message>
        <source>A copy of “{}” would have {} × {} pixels. Choose a smaller extent, or coarser pixels for online layers.</source>
        <translation>Eine Kopie von „{}“ hätte {} × {} Pixel. Wählen Sie eine kleinere Ausdehnung oder gröbere Pixel für Onlinelayer.</translation>
    </message>
    <message>
        <source>A file is in use or guarded: close other QGIS windows, ask about the virus scanner, then try again.</source>
        <translation>Eine Datei ist in Gebrauch oder gesperrt: Schließen Sie andere QGIS-Fenster, fragen Sie nach dem Virenscanner, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>A model's opinion: nothing was measured.</source>
        <translation>Die Meinung eines Modells: Gemessen wurde nichts.</translation>
    </message>
    <message>
        <source>A package is missing: is the network up and the index right? Without internet, install from a wheelhouse file made for this system.</source>
        <translation>Ein Paket fehlt: Besteht eine Netzverbindung, und stimmt der Index? Ohne Internet installieren Sie aus einer Wheelhouse-Datei für dieses System.</translation>
    </message>
    <message>
        <source>A page with everything that was found.</source>
        <translation>Eine Seite mit allem, was gefunden wurde.</translation>
    </message>
    <message>
        <source>A page with the numbers before and after.</source>
        <translation>Eine Seite mit den Zahlen vorher und nachher.</translation>
    </message>
    <message>
        <source>A part of the map</source>
        <translation>Ein Teil der Karte</translation>
    </message>
    <message>
        <source>A rectangle to be drawn …</source>
        <translation>Ein Rechteck zeichnen …</translation>
    </message>
    <message>
        <source>A server on another computer gets the question and pictures of the place it is about. The chat asks you before the first time.</source>
        <translation>Ein Server auf einem anderen Rechner erhält die Frage und Bilder des Ortes, um den es geht. Der Chat fragt Sie vor dem ersten Mal.</translation>
    </message>
    <message>
        <source>A stopped run keeps the tiles it has read.</source>
        <translation>Ein angehaltener Lauf behält die gelesenen Kacheln.</translation>
    </message>
    <message>
        <source>Adapt the model to reviewed boxes</source>
        <translation>Modell an geprüfte Rechtecke anpassen</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>Ordner hinzufügen</translation>
    </message>
    <message>
        <source>Add the layer “boxes” of {}.</source>
        <translation>Fügen Sie den Layer „boxes“ aus {} hinzu.</translation>
    </message>
    <message>
        <source>Add the layers to the project</source>
        <translation>Die Layer dem Projekt hinzufügen</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>After · {}</source>
        <translation>Nachher · {}</translation>
    </message>
    <message>
        <source>All changes</source>
        <translation>Alle Veränderungen</translation>
    </message>
    <message>
        <source>All classes</source>
        <translation>Alle Klassen</translation>
    </message>
    <message>
        <source>All reviews</source>
        <translation>Alle Prüfungen</translation>
    </message>
    <message>
        <source>All tiles</source>
        <translation>Alle Kacheln</translation>
    </message>
    <message>
        <source>Allow the folder in Settings ▸ Options ▸ ChangeVG.</source>
        <translation>Erlauben Sie den Ordner unter Einstellungen ▸ Optionen ▸ ChangeVG.</translation>
    </message>
    <message>
        <source>An engine of your own</source>
        <translation>Eine eigene Engine</translation>
    </message>
    <message>
        <source>An engine on another computer sees the rasters you describe, by their paths there.</source>
        <translation>Eine Engine auf einem anderen Rechner sieht die Raster, die Sie beschreiben lassen, unter deren Pfaden dort.</translation>
    </message>
    <message>
        <source>An entry up to this far from an object is the same thing in another place.</source>
        <translation>Ein Eintrag bis zu dieser Entfernung von einem Objekt ist dasselbe an anderer Stelle.</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Answer to the question: {}</source>
        <translation>Antwort auf die Frage: {}</translation>
    </message>
    <message>
        <source>Answer without it</source>
        <translation>Ohne ihn antworten</translation>
    </message>
    <message>
        <source>Answer {}</source>
        <translation>Antwort {}</translation>
    </message>
    <message>
        <source>Answer {} by</source>
        <translation>Antwort {} von</translation>
    </message>
    <message>
        <source>Any area</source>
        <translation>Jede Fläche</translation>
    </message>
    <message>
        <source>Any score</source>
        <translation>Jede Sicherheit</translation>
    </message>
    <message>
        <source>Appeared</source>
        <translation>Entstanden</translation>
    </message>
    <message>
        <source>Area (m²)</source>
        <translation>Fläche (m²)</translation>
    </message>
    <message>
        <source>Area of interest</source>
        <translation>Gebiet</translation>
    </message>
    <message>
        <source>Ask about a rectangle</source>
        <translation>Nach einem Rechteck fragen</translation>
    </message>
    <message>
        <source>Ask about changes</source>
        <translation>Nach Veränderungen fragen</translation>
    </message>
    <message>
        <source>Ask about the changes …</source>
        <translation>Nach den Änderungen fragen …</translation>
    </message>
    <message>
        <source>Ask about the whole result</source>
        <translation>Nach dem ganzen Ergebnis fragen</translation>
    </message>
    <message>
        <source>Ask about this change</source>
        <translation>Zu dieser Veränderung fragen</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>Noch einmal fragen</translation>
    </message>
    <message>
        <source>Ask for fewer, for instance for those of one class or place.</source>
        <translation>Fragen Sie nach weniger, zum Beispiel nach denen einer Klasse oder eines Ortes.</translation>
    </message>
    <message>
        <source>Ask once about this area</source>
        <translation>Einmal zu diesem Gebiet fragen</translation>
    </message>
    <message>
        <source>Asking the engine …</source>
        <translation>Die Engine wird gefragt …</translation>
    </message>
    <message>
        <source>Asks the engine, which reads some windows of both rasters.</source>
        <translation>Fragt die Engine, die einige Ausschnitte beider Raster liest.</translation>
    </message>
    <message>
        <source>Bands</source>
        <translation>Bänder</translation>
    </message>
    <message>
        <source>Bands of after</source>
        <translation>Bänder von Nachher</translation>
    </message>
    <message>
        <source>Bands of before</source>
        <translation>Bänder von Vorher</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>Before / after</source>
        <translation>Vorher / nachher</translation>
    </message>
    <message>
        <source>Before and after are the same raster: choose the two dates.</source>
        <translation>Vorher und Nachher sind dasselbe Raster: Wählen Sie die beiden Zeitpunkte.</translation>
    </message>
    <message>
        <source>Before · {}</source>
        <translation>Vorher · {}</translation>
    </message>
    <message>
        <source>Being drawn…</source>
        <translation>Wird gezeichnet…</translation>
    </message>
    <message>
        <source>Both rasters are online layers: choose an extent or an area of interest.</source>
        <translation>Beide Raster sind Onlinelayer: Wählen Sie eine Ausdehnung oder ein Gebiet.</translation>
    </message>
    <message>
        <source>Building</source>
        <translation>Gebäude</translation>
    </message>
    <message>
        <source>Buildings</source>
        <translation>Gebäude</translation>
    </message>
    <message>
        <source>CRS</source>
        <translation>KBS</translation>
    </message>
    <message>
        <source>Cadastre, permits or any other layer, in any CRS.</source>
        <translation>Kataster, Genehmigungen oder ein anderer Layer, in beliebigem KBS.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>Cancelled. Nothing was changed.</source>
        <translation>Abgebrochen. Es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>Cancelling …</source>
        <translation>Wird abgebrochen …</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Veränderung</translation>
    </message>
    <message>
        <source>Change mask</source>
        <translation>Veränderungsmaske</translation>
    </message>
    <message>
        <source>ChangeVG diagnostics</source>
        <translation>ChangeVG-Diagnose</translation>
    </message>
    <message>
        <source>ChangeVG options…</source>
        <translation>ChangeVG-Optionen…</translation>
    </message>
    <message>
        <source>ChangeVG: what changed between two rasters, in words and on the map</source>
        <translation>ChangeVG: was sich zwischen zwei Rastern verändert hat, in Worten und auf der Karte</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Verändert</translation>
    </message>
    <message>
        <source>Changed area (m²)</source>
        <translation>Veränderte Fläche (m²)</translation>
    </message>
    <message>
        <source>Changed objects</source>
        <translation>Veränderte Objekte</translation>
    </message>
    <message>
        <source>Changed share (%)</source>
        <translation>Veränderter Anteil (%)</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Veränderungen</translation>
    </message>
    <message>
        <source>Changes panel</source>
        <translation>Liste der Veränderungen</translation>
    </message>
    <message>
        <source>Change{} · {}</source>
        <translation>Veränderung{} · {}</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Chat with the map</source>
        <translation>Mit der Karte sprechen</translation>
    </message>
    <message>
        <source>Check a raster pair</source>
        <translation>Ein Rasterpaar prüfen</translation>
    </message>
    <message>
        <source>Check the address in Settings ▸ Options ▸ ChangeVG.</source>
        <translation>Prüfen Sie die Adresse unter Einstellungen ▸ Optionen ▸ ChangeVG.</translation>
    </message>
    <message>
        <source>Choose a result first.</source>
        <translation>Wählen Sie zuerst ein Ergebnis.</translation>
    </message>
    <message>
        <source>Choose another name: this is the result itself.</source>
        <translation>Wählen Sie einen anderen Namen: Das ist das Ergebnis selbst.</translation>
    </message>
    <message>
        <source>Choose its program in Settings ▸ Options ▸ ChangeVG, or leave the field empty.</source>
        <translation>Wählen Sie ihr Programm unter Einstellungen ▸ Optionen ▸ ChangeVG, oder lassen Sie das Feld leer.</translation>
    </message>
    <message>
        <source>Choose the GeoPackage that “Describe changes” wrote.</source>
        <translation>Wählen Sie das GeoPackage, das „Veränderungen beschreiben“ geschrieben hat.</translation>
    </message>
    <message>
        <source>Choose the boxes of a result: a GeoPackage written by ChangeVG.</source>
        <translation>Wählen Sie die Rechtecke eines Ergebnisses: ein von ChangeVG geschriebenes GeoPackage.</translation>
    </message>
    <message>
        <source>Choose the wheelhouse file first.</source>
        <translation>Wählen Sie zuerst die Wheelhouse-Datei.</translation>
    </message>
    <message>
        <source>Choose the wheelhouse file that belongs to this plugin, as it was downloaded.</source>
        <translation>Wählen Sie die Wheelhouse-Datei, die zu dieser Erweiterung gehört, so wie sie heruntergeladen wurde.</translation>
    </message>
    <message>
        <source>Choose the zip file with the engine's packages.</source>
        <translation>Wählen Sie die Zip-Datei mit den Paketen der Engine.</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>Klasse</translation>
    </message>
    <message>
        <source>Classes to compare</source>
        <translation>Klassen, die verglichen werden</translation>
    </message>
    <message>
        <source>Cloud-optimised GeoTIFF, one class a pixel.</source>
        <translation>Cloud-optimiertes GeoTIFF, eine Klasse je Pixel.</translation>
    </message>
    <message>
        <source>Compare changes with a register</source>
        <translation>Veränderungen mit einem Register vergleichen</translation>
    </message>
    <message>
        <source>Compared changes</source>
        <translation>Verglichene Veränderungen</translation>
    </message>
    <message>
        <source>Compares the changed objects of a result with a cadastre, permits or any other register, and writes each object with its status:
matched: stands, and is registered at the same place
offset: stands, and is registered within the tolerance
new_unregistered: stands, and is not registered
gone_registered: is gone, and still registered
gone_unregistered: is gone, and not registered

Distances are measured on the ellipsoid in metres, whatever the CRS of the layers. The register may hold polygons, lines or points.</source>
        <translation>Vergleicht die veränderten Objekte eines Ergebnisses mit Kataster, Genehmigungen oder einem anderen Register und schreibt jedes Objekt mit seinem Status:
matched: steht, und ist am selben Ort eingetragen
offset: steht, und ist innerhalb der Toleranz eingetragen
new_unregistered: steht, und ist nicht eingetragen
gone_registered: ist weg, und noch eingetragen
gone_unregistered: ist weg, und nicht eingetragen

Entfernungen werden auf dem Ellipsoid in Metern gemessen, gleich in welchem KBS die Layer sind. Das Register darf Polygone, Linien oder Punkte enthalten.</translation>
    </message>
    <message>
        <source>Compares the headers of two rasters: place, CRS, grid, pixel size on the ground, bands, data type, no data. Says what makes them unfit, and what is done about differences. Where the engine is installed it also estimates the shift between the dates from some windows of both.</source>
        <translation>Vergleicht die Kopfdaten zweier Raster: Ort, KBS, Gitter, Pixelgröße am Boden, Bänder, Datentyp, Leerwert. Sagt, was sie unbrauchbar macht, und wie mit Unterschieden umgegangen wird. Ist die Engine installiert, schätzt sie aus einigen Ausschnitten auch den Versatz zwischen den Zeitpunkten.</translation>
    </message>
    <message>
        <source>Confirm</source>
        <translation>Bestätigen</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>Bestätigt</translation>
    </message>
    <message>
        <source>Confirmed boxes</source>
        <translation>Bestätigte Rechtecke</translation>
    </message>
    <message>
        <source>Confirmed objects still found (recall)</source>
        <translation>Weiterhin gefundene bestätigte Objekte (Trefferquote)</translation>
    </message>
    <message>
        <source>Connect the drive, or choose others in Settings ▸ Options ▸ ChangeVG.</source>
        <translation>Schließen Sie das Laufwerk an, oder wählen Sie andere unter Einstellungen ▸ Optionen ▸ ChangeVG.</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Gespräch</translation>
    </message>
    <message>
        <source>Copies a polygon layer (districts, parcels, map sheets …) and says for each polygon what changed in it: numbers of objects, changed area on the ground in m², and one sentence.

An object that lies in several polygons is counted once, where its largest part lies, so the numbers of districts add up; its area is divided between them. For overlapping polygons choose to count it in every one it touches.</source>
        <translation>Kopiert einen Polygonlayer (Bezirke, Flurstücke, Kartenblätter …) und sagt zu jedem Polygon, was sich darin verändert hat: Anzahl der Objekte, veränderte Fläche am Boden in m², und einen Satz.

Ein Objekt, das in mehreren Polygonen liegt, zählt einmal, dort, wo sein größter Teil liegt; so ergeben die Zahlen der Bezirke zusammen das Ganze. Seine Fläche wird aufgeteilt. Bei überlappenden Polygonen wählen Sie, es in jedem berührten zu zählen.</translation>
    </message>
    <message>
        <source>Copy &amp;log</source>
        <translation>&amp;Protokoll kopieren</translation>
    </message>
    <message>
        <source>Copy or download the file again.</source>
        <translation>Kopieren oder laden Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>Copy the conversation</source>
        <translation>Gespräch kopieren</translation>
    </message>
    <message>
        <source>Copy the diagnostics in Settings ▸ Options ▸ ChangeVG; then try again.</source>
        <translation>Kopieren Sie die Diagnose unter Einstellungen ▸ Optionen ▸ ChangeVG, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Copy this answer</source>
        <translation>Diese Antwort kopieren</translation>
    </message>
    <message>
        <source>Copying “{}”: row {} of {}</source>
        <translation>„{}“ wird kopiert: Zeile {} von {}</translation>
    </message>
    <message>
        <source>Count an object</source>
        <translation>Ein Objekt zählen</translation>
    </message>
    <message>
        <source>Counts, areas and one sentence for each district, parcel or other polygon.</source>
        <translation>Anzahlen, Flächen und ein Satz für jeden Bezirk, jedes Flurstück oder andere Polygon.</translation>
    </message>
    <message>
        <source>Data type</source>
        <translation>Datentyp</translation>
    </message>
    <message>
        <source>Date of after</source>
        <translation>Datum von Nachher</translation>
    </message>
    <message>
        <source>Date of before</source>
        <translation>Datum von Vorher</translation>
    </message>
    <message>
        <source>Decided by the variable {name}.</source>
        <translation>Bestimmt durch die Variable {name}.</translation>
    </message>
    <message>
        <source>Delete the conversation…</source>
        <translation>Gespräch löschen…</translation>
    </message>
    <message>
        <source>Delete this conversation?</source>
        <translation>Dieses Gespräch löschen?</translation>
    </message>
    <message>
        <source>Deletes the adapted model of the given name; nothing else is done.</source>
        <translation>Löscht das angepasste Modell des angegebenen Namens; sonst geschieht nichts.</translation>
    </message>
    <message>
        <source>Describe changes between two rasters</source>
        <translation>Veränderungen zwischen zwei Rastern beschreiben</translation>
    </message>
    <message>
        <source>Describe changes…</source>
        <translation>Veränderungen beschreiben…</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Disappeared</source>
        <translation>Verschwunden</translation>
    </message>
    <message>
        <source>Distance (m)</source>
        <translation>Entfernung (m)</translation>
    </message>
    <message>
        <source>Districts, parcels or any other polygons, in any CRS.</source>
        <translation>Bezirke, Flurstücke oder andere Polygone, in beliebigem KBS.</translation>
    </message>
    <message>
        <source>Do not ask</source>
        <translation>Nicht fragen</translation>
    </message>
    <message>
        <source>Each becomes a field with its answer and who gave it: the map or the language model.</source>
        <translation>Jede wird ein Feld mit ihrer Antwort und deren Herkunft: Karte oder Sprachmodell.</translation>
    </message>
    <message>
        <source>Earlier conversations</source>
        <translation>Frühere Gespräche</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Engine</translation>
    </message>
    <message>
        <source>Engine status</source>
        <translation>Zustand der Engine</translation>
    </message>
    <message>
        <source>Engine {version} answers at {url}.</source>
        <translation>Engine {version} antwortet unter {url}.</translation>
    </message>
    <message>
        <source>Engine {version} is installed and works.</source>
        <translation>Engine {version} ist installiert und funktioniert.</translation>
    </message>
    <message>
        <source>Engine {version} speaks interface {api}; this plugin needs {need}.</source>
        <translation>Engine {version} spricht Schnittstelle {api}; diese Erweiterung braucht {need}.</translation>
    </message>
    <message>
        <source>Engine {version}: {path}</source>
        <translation>Engine {version}: {path}</translation>
    </message>
    <message>
        <source>Engine {}, interface {}, {} runs at work, {} waiting</source>
        <translation>Engine {}, Schnittstelle {}, {} Läufe in Arbeit, {} wartend</translation>
    </message>
    <message>
        <source>Engine: {path}</source>
        <translation>Engine: {path}</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter starts a new line, Up brings back the last question.</source>
        <translation>Eingabe sendet, Umschalt+Eingabe beginnt eine neue Zeile, Pfeil nach oben holt die letzte Frage zurück.</translation>
    </message>
    <message>
        <source>Estimate the shift</source>
        <translation>Versatz schätzen</translation>
    </message>
    <message>
        <source>Evidence:</source>
        <translation>Belege:</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export the list, pages or training data</source>
        <translation>Liste, Seiten oder Trainingsdaten exportieren</translation>
    </message>
    <message>
        <source>Extent</source>
        <translation>Ausdehnung</translation>
    </message>
    <message>
        <source>F1</source>
        <translation>F1</translation>
    </message>
    <message>
        <source>False objects per km²</source>
        <translation>Falsche Objekte je km²</translation>
    </message>
    <message>
        <source>False objects per km² {:.2f} → {:.2f}, recall {:.2f} → {:.2f}.</source>
        <translation>Falsche Objekte je km² {:.2f} → {:.2f}, Trefferquote {:.2f} → {:.2f}.</translation>
    </message>
    <message>
        <source>Features with an answer</source>
        <translation>Objekte mit Antwort</translation>
    </message>
    <message>
        <source>Features without one</source>
        <translation>Objekte ohne Antwort</translation>
    </message>
    <message>
        <source>Field the answers are in</source>
        <translation>Feld mit den Antworten</translation>
    </message>
    <message>
        <source>Field to copy</source>
        <translation>Feld, das übernommen wird</translation>
    </message>
    <message>
        <source>Filter by class, change, review, score and area</source>
        <translation>Nach Klasse, Veränderung, Prüfung, Sicherheit und Fläche filtern</translation>
    </message>
    <message>
        <source>Find changes</source>
        <translation>Veränderungen finden</translation>
    </message>
    <message>
        <source>Finds buildings, roads and other things that appeared, disappeared or changed between two rasters of one place.

The result is one GeoPackage with three styled layers: tiles (what changed, in words), boxes (one per changed object) and outlines. Objects cut by tiles are one object. Areas are geodesic square metres.

The rasters may differ in CRS, grid, pixel size and bands. Nothing leaves this computer unless the engine was told to use a language server elsewhere.

Stopping it keeps the tiles that were read; running it again with the same options goes on from there.</source>
        <translation>Findet Gebäude, Straßen und anderes, das zwischen zwei Rastern eines Ortes entstanden, verschwunden oder verändert ist.

Das Ergebnis ist ein GeoPackage mit drei gestalteten Layern: tiles (was sich verändert hat, in Worten), boxes (eine je verändertem Objekt) und outlines. Von Kacheln zerschnittene Objekte sind ein Objekt. Flächen sind geodätische Quadratmeter.

Die Raster dürfen sich in KBS, Gitter, Pixelgröße und Bändern unterscheiden. Nichts verlässt diesen Rechner, es sei denn, der Engine wurde ein Sprachserver anderswo genannt.

Beim Anhalten bleiben die gelesenen Kacheln erhalten; ein neuer Lauf mit denselben Optionen macht dort weiter.</translation>
    </message>
    <message>
        <source>Finds what changed between two dates and says it in words and on the map.</source>
        <translation>Findet, was sich zwischen zwei Zeitpunkten verändert hat, und sagt es in Worten und auf der Karte.</translation>
    </message>
    <message>
        <source>Flicker before and after</source>
        <translation>Zwischen vorher und nachher wechseln</translation>
    </message>
    <message>
        <source>Folder the engine may use</source>
        <translation>Ordner, den die Engine benutzen darf</translation>
    </message>
    <message>
        <source>Folders the engine may read and write</source>
        <translation>Ordner, in denen die Engine lesen und schreiben darf</translation>
    </message>
    <message>
        <source>Folders the engine may use</source>
        <translation>Ordner, die die Engine benutzen darf</translation>
    </message>
    <message>
        <source>Found by a neural network; not checked by a person unless the review says so.</source>
        <translation>Von einem neuronalen Netz gefunden; von keinem Menschen geprüft, außer die Prüfung sagt es.</translation>
    </message>
    <message>
        <source>From a wheelhouse &amp;file (no internet needed)</source>
        <translation>Aus einer Wheelhouse-&amp;Datei (ohne Internet)</translation>
    </message>
    <message>
        <source>From the &amp;internet (Python's package index)</source>
        <translation>Aus dem &amp;Internet (Paketindex von Python)</translation>
    </message>
    <message>
        <source>GeoPackage (*.gpkg)</source>
        <translation>GeoPackage (*.gpkg)</translation>
    </message>
    <message>
        <source>Go on with a stopped run of the same output</source>
        <translation>Einen angehaltenen Lauf derselben Ausgabe fortsetzen</translation>
    </message>
    <message>
        <source>Go to the next change after a verdict</source>
        <translation>Nach einem Urteil zur nächsten Veränderung gehen</translation>
    </message>
    <message>
        <source>Ground around each feature (m)</source>
        <translation>Umgebung jedes Objekts (m)</translation>
    </message>
    <message>
        <source>Ground size of a pixel when a WMS or XYZ layer is copied.</source>
        <translation>Größe eines Pixels am Boden, wenn ein WMS- oder XYZ-Layer kopiert wird.</translation>
    </message>
    <message>
        <source>HTML file (*.html)</source>
        <translation>HTML-Datei (*.html)</translation>
    </message>
    <message>
        <source>HTML with the feature's place before and after the change.</source>
        <translation>HTML mit dem Ort des Objekts vor und nach der Veränderung.</translation>
    </message>
    <message>
        <source>Id of a model that the engine knows (see Engine status), or a model folder.</source>
        <translation>Id eines Modells, das die Engine kennt (siehe Zustand der Engine), oder ein Modellordner.</translation>
    </message>
    <message>
        <source>Ids of its models</source>
        <translation>Ids ihrer Modelle</translation>
    </message>
    <message>
        <source>Images of these places are sent to {}, as they were by the run.</source>
        <translation>Bilder dieser Orte werden an {} gesendet, wie schon beim Lauf.</translation>
    </message>
    <message>
        <source>In every polygon it touches</source>
        <translation>In jedem Polygon, das es berührt</translation>
    </message>
    <message>
        <source>In one group, named by the dates and the area.</source>
        <translation>In einer Gruppe, benannt nach Zeitpunkten und Gebiet.</translation>
    </message>
    <message>
        <source>Install Python 3.12 (on Debian and Ubuntu also python3-venv) or uv; then try again.</source>
        <translation>Installieren Sie Python 3.12 (unter Debian und Ubuntu auch python3-venv) oder uv, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Install it again, or choose another one, in Settings ▸ Options ▸ ChangeVG.</source>
        <translation>Installieren Sie sie noch einmal, oder wählen Sie eine andere, unter Einstellungen ▸ Optionen ▸ ChangeVG.</translation>
    </message>
    <message>
        <source>Install it again, or choose it, in Settings ▸ Options ▸ ChangeVG.</source>
        <translation>Installieren Sie sie noch einmal, oder wählen Sie sie aus, unter Einstellungen ▸ Optionen ▸ ChangeVG.</translation>
    </message>
    <message>
        <source>Install it in Settings ▸ Options ▸ ChangeVG (once, nothing else is changed).</source>
        <translation>Installieren Sie sie unter Einstellungen ▸ Optionen ▸ ChangeVG (einmal; sonst ändert sich nichts).</translation>
    </message>
    <message>
        <source>Install the ChangeVG engine</source>
        <translation>Die ChangeVG-Engine installieren</translation>
    </message>
    <message>
        <source>Installed now: {version}.</source>
        <translation>Jetzt installiert: {version}.</translation>
    </message>
    <message>
        <source>Installing the engine failed (exit code {code}):</source>
        <translation>Die Engine konnte nicht installiert werden (Endcode {code}):</translation>
    </message>
    <message>
        <source>Installing the engine failed: {reason}.</source>
        <translation>Die Engine konnte nicht installiert werden: {reason}.</translation>
    </message>
    <message>
        <source>Installing …</source>
        <translation>Wird installiert …</translation>
    </message>
    <message>
        <source>Install…</source>
        <translation>Installieren…</translation>
    </message>
    <message>
        <source>Is it open in another program, or the disk full?</source>
        <translation>Ist sie in einem anderen Programm geöffnet oder der Datenträger voll?</translation>
    </message>
    <message>
        <source>Is it running? See Settings ▸ Options ▸ ChangeVG.</source>
        <translation>Läuft sie? Siehe Einstellungen ▸ Optionen ▸ ChangeVG.</translation>
    </message>
    <message>
        <source>Is the file complete? A run writes it at its end.</source>
        <translation>Ist die Datei vollständig? Ein Lauf schreibt sie an seinem Ende.</translation>
    </message>
    <message>
        <source>Is the file, or its folder, write-protected, or the layer read-only?</source>
        <translation>Ist die Datei oder ihr Ordner schreibgeschützt, oder darf der Layer nur gelesen werden?</translation>
    </message>
    <message>
        <source>Is the layer being edited, or its file not there?</source>
        <translation>Wird der Layer gerade bearbeitet, oder fehlt seine Datei?</translation>
    </message>
    <message>
        <source>Its &amp;model</source>
        <translation>Sein &amp;Modell</translation>
    </message>
    <message>
        <source>Its id; the engine's status lists them.</source>
        <translation>Seine Kennung; der Status der Engine führt sie auf.</translation>
    </message>
    <message>
        <source>Its k&amp;ey</source>
        <translation>Sein S&amp;chlüssel</translation>
    </message>
    <message>
        <source>Its to&amp;ken</source>
        <translation>Ihr To&amp;ken</translation>
    </message>
    <message>
        <source>Keep the result if some tiles cannot be read</source>
        <translation>Ergebnis behalten, wenn einige Kacheln nicht lesbar sind</translation>
    </message>
    <message>
        <source>Kept as {}: better on places held back.</source>
        <translation>Behalten als {}: besser an zurückgehaltenen Orten.</translation>
    </message>
    <message>
        <source>Language model's &amp;server</source>
        <translation>&amp;Server des Sprachmodells</translation>
    </message>
    <message>
        <source>Latitude</source>
        <translation>Breite</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Layer of a result</source>
        <translation>Layer eines Ergebnisses</translation>
    </message>
    <message>
        <source>Layers that may be asked about</source>
        <translation>Layer, nach denen gefragt werden darf</translation>
    </message>
    <message>
        <source>Leave out rejected objects</source>
        <translation>Abgelehnte Objekte auslassen</translation>
    </message>
    <message>
        <source>Letters, digits, point, hyphen and underscore. An adapted model of this name is replaced.</source>
        <translation>Buchstaben, Ziffern, Punkt, Bindestrich und Unterstrich. Ein angepasstes Modell dieses Namens wird ersetzt.</translation>
    </message>
    <message>
        <source>List as spreadsheet…</source>
        <translation>Liste als Tabelle…</translation>
    </message>
    <message>
        <source>Longitude</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Lowest score (0–1)</source>
        <translation>Kleinste Sicherheit (0–1)</translation>
    </message>
    <message>
        <source>Make room, then try again.</source>
        <translation>Schaffen Sie Platz, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Makes a model that finds fewer false objects in a place you have reviewed.</source>
        <translation>Macht ein Modell, das an einem von Ihnen geprüften Ort weniger falsche Objekte findet.</translation>
    </message>
    <message>
        <source>Map extent</source>
        <translation>Kartenausschnitt</translation>
    </message>
    <message>
        <source>Markdown (*.md)</source>
        <translation>Markdown (*.md)</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Model (id or &amp;folder)</source>
        <translation>Modell (Kennung oder &amp;Ordner)</translation>
    </message>
    <message>
        <source>Model to adapt</source>
        <translation>Anzupassendes Modell</translation>
    </message>
    <message>
        <source>Model to use from now on</source>
        <translation>Ab jetzt zu verwendendes Modell</translation>
    </message>
    <message>
        <source>Model {} {}: {}; pixels of {}–{} m</source>
        <translation>Modell {} {}: {}; Pixel von {}–{} m</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Most time for reading (minutes)</source>
        <translation>Höchste Lesezeit (Minuten)</translation>
    </message>
    <message>
        <source>Name of the adapted model</source>
        <translation>Name des angepassten Modells</translation>
    </message>
    <message>
        <source>New and not registered, gone but registered, matched, or offset.</source>
        <translation>Neu und nicht eingetragen, weg und noch eingetragen, übereinstimmend oder versetzt.</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>Neues Gespräch</translation>
    </message>
    <message>
        <source>Next change</source>
        <translation>Nächste Veränderung</translation>
    </message>
    <message>
        <source>Next change (second key)</source>
        <translation>Nächste Veränderung (zweite Taste)</translation>
    </message>
    <message>
        <source>No Python from 3.11 to 3.13 that can make environments was found.</source>
        <translation>Es wurde kein Python von 3.11 bis 3.13 gefunden, das Umgebungen anlegen kann.</translation>
    </message>
    <message>
        <source>No change found.</source>
        <translation>Keine Veränderung gefunden.</translation>
    </message>
    <message>
        <source>No change passes the filter.</source>
        <translation>Keine Veränderung passt zum Filter.</translation>
    </message>
    <message>
        <source>No data</source>
        <translation>Leerwert</translation>
    </message>
    <message>
        <source>No earlier conversation about this result</source>
        <translation>Kein früheres Gespräch über dieses Ergebnis</translation>
    </message>
    <message>
        <source>No engine is in {path}.</source>
        <translation>In {path} ist keine Engine.</translation>
    </message>
    <message>
        <source>No engine is installed. Install it in Settings ▸ Options ▸ ChangeVG, or name one there.</source>
        <translation>Es ist keine Engine installiert. Installieren Sie sie unter Einstellungen ▸ Optionen ▸ ChangeVG, oder nennen Sie dort eine.</translation>
    </message>
    <message>
        <source>No file was written. Make the pages again.</source>
        <translation>Es wurde keine Datei geschrieben. Erstellen Sie die Seiten noch einmal.</translation>
    </message>
    <message>
        <source>No network? Without internet, install from a wheelhouse file.</source>
        <translation>Kein Netz? Ohne Internet installieren Sie aus einer Wheelhouse-Datei.</translation>
    </message>
    <message>
        <source>No objects</source>
        <translation>Keine Objekte</translation>
    </message>
    <message>
        <source>No result is open.</source>
        <translation>Kein Ergebnis ist geöffnet.</translation>
    </message>
    <message>
        <source>No vector layer of the project lies in a file</source>
        <translation>Kein Vektorlayer des Projekts liegt in einer Datei</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>None of the folders the engine may use is there: {}</source>
        <translation>Keiner der Ordner, die die Engine benutzen darf, ist vorhanden: {}</translation>
    </message>
    <message>
        <source>Not kept: no better on places held back; the original stays.</source>
        <translation>Nicht behalten: nicht besser an zurückgehaltenen Orten; das ursprüngliche bleibt.</translation>
    </message>
    <message>
        <source>Not reviewed</source>
        <translation>Nicht geprüft</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Note, written with the next verdict or by Enter</source>
        <translation>Notiz; das nächste Urteil oder die Eingabetaste schreibt sie</translation>
    </message>
    <message>
        <source>Nothing is selected</source>
        <translation>Nichts ausgewählt</translation>
    </message>
    <message>
        <source>Nothing to talk about yet: describe the changes of a pair, or open a result.</source>
        <translation>Noch gibt es nichts zu fragen: Beschreiben Sie die Änderungen eines Paares, oder öffnen Sie ein Ergebnis.</translation>
    </message>
    <message>
        <source>Nothing was confirmed or rejected yet.</source>
        <translation>Noch wurde nichts bestätigt oder verworfen.</translation>
    </message>
    <message>
        <source>Nothing was said yet.</source>
        <translation>Noch wurde nichts gesagt.</translation>
    </message>
    <message>
        <source>Numbers are measured on the map. Every sentence leads to what it rests on.</source>
        <translation>Zahlen werden auf der Karte gemessen. Jeder Satz führt zu dem, worauf er sich stützt.</translation>
    </message>
    <message>
        <source>Object</source>
        <translation>Objekt</translation>
    </message>
    <message>
        <source>Objects in none</source>
        <translation>Objekte in keinem</translation>
    </message>
    <message>
        <source>Objects in the polygons</source>
        <translation>Objekte in den Polygonen</translation>
    </message>
    <message>
        <source>Objects that a person marked as rejected in the result.</source>
        <translation>Objekte, die eine Person im Ergebnis als abgelehnt markiert hat.</translation>
    </message>
    <message>
        <source>Once, where its largest part lies</source>
        <translation>Einmal, wo sein größter Teil liegt</translation>
    </message>
    <message>
        <source>One answer for all of the area, written to the features that touch it.</source>
        <translation>Eine Antwort für das ganze Gebiet, geschrieben zu den Objekten, die es berühren.</translation>
    </message>
    <message>
        <source>One file with the layers tiles, boxes and outlines, their styles and how it was made.</source>
        <translation>Eine Datei mit den Layern tiles, boxes und outlines, ihren Stilen und der Entstehung.</translation>
    </message>
    <message>
        <source>One page per change as PDF…</source>
        <translation>Eine Seite je Veränderung als PDF…</translation>
    </message>
    <message>
        <source>One sentence, as in: How many new buildings?</source>
        <translation>Ein Satz, etwa: How many new buildings?</translation>
    </message>
    <message>
        <source>Online layers cannot be read here: leave the rasters empty, or choose files.</source>
        <translation>Onlineebenen können hier nicht gelesen werden: Lassen Sie die Raster leer oder wählen Sie Dateien.</translation>
    </message>
    <message>
        <source>Only inside these polygons, in any CRS. Invalid ones are repaired.</source>
        <translation>Nur in diesen Polygonen, in beliebigem KBS. Ungültige werden repariert.</translation>
    </message>
    <message>
        <source>Only parts of objects that are counted next door.</source>
        <translation>Nur Teile von Objekten, die nebenan gezählt werden.</translation>
    </message>
    <message>
        <source>Only the ground that both show is compared.</source>
        <translation>Verglichen wird nur, was beide zeigen.</translation>
    </message>
    <message>
        <source>Only the objects of the answer are shown.</source>
        <translation>Nur die Objekte der Antwort werden gezeigt.</translation>
    </message>
    <message>
        <source>Only this rectangle; all that both rasters share if empty.</source>
        <translation>Nur dieses Rechteck; wenn leer: alles, was beide Raster zeigen.</translation>
    </message>
    <message>
        <source>Only values were tuned: {}</source>
        <translation>Nur die Werte wurden abgestimmt: {}</translation>
    </message>
    <message>
        <source>Only {} of {} pages were drawn: a layer was removed or filtered.</source>
        <translation>Nur {} von {} Seiten wurden gezeichnet: Ein Layer wurde entfernt oder gefiltert.</translation>
    </message>
    <message>
        <source>Open ChangeVG result…</source>
        <translation>ChangeVG-Ergebnis öffnen…</translation>
    </message>
    <message>
        <source>Open a result</source>
        <translation>Ergebnis öffnen</translation>
    </message>
    <message>
        <source>Open a result…</source>
        <translation>Ergebnis öffnen…</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Open the page layout</source>
        <translation>Seitenlayout öffnen</translation>
    </message>
    <message>
        <source>Open the report</source>
        <translation>Bericht öffnen</translation>
    </message>
    <message>
        <source>Open the report of the run</source>
        <translation>Bericht des Laufs öffnen</translation>
    </message>
    <message>
        <source>Open the result with its own layer “boxes”.</source>
        <translation>Öffnen Sie das Ergebnis mit seinem eigenen Layer „boxes“.</translation>
    </message>
    <message>
        <source>Options…</source>
        <translation>Optionen…</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>Anderes</translation>
    </message>
    <message>
        <source>Other things</source>
        <translation>Anderes</translation>
    </message>
    <message>
        <source>Outlines</source>
        <translation>Umrisse</translation>
    </message>
    <message>
        <source>Outlines of a result</source>
        <translation>Umrisse eines Ergebnisses</translation>
    </message>
    <message>
        <source>Overlap (%)</source>
        <translation>Überdeckung (%)</translation>
    </message>
    <message>
        <source>Overlap of the same place (%)</source>
        <translation>Überdeckung am selben Ort (%)</translation>
    </message>
    <message>
        <source>Overlap of tiles (pixels)</source>
        <translation>Überlappung der Kacheln (Pixel)</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Package inde&amp;x</source>
        <translation>Paketinde&amp;x</translation>
    </message>
    <message>
        <source>Page {} of {}</source>
        <translation>Seite {} von {}</translation>
    </message>
    <message>
        <source>Pages are drawn…</source>
        <translation>Seiten werden gezeichnet…</translation>
    </message>
    <message>
        <source>Partial result: {} tiles could not be read; they are marked as failed.</source>
        <translation>Unvollständiges Ergebnis: {} Kacheln konnten nicht gelesen werden; sie sind als fehlgeschlagen markiert.</translation>
    </message>
    <message>
        <source>Pixel of after (m)</source>
        <translation>Pixel von Nachher (m)</translation>
    </message>
    <message>
        <source>Pixel of before (m)</source>
        <translation>Pixel von Vorher (m)</translation>
    </message>
    <message>
        <source>Pixel on the ground</source>
        <translation>Pixel am Boden</translation>
    </message>
    <message>
        <source>Pixel size of copied online layers (m)</source>
        <translation>Pixelgröße kopierter Onlinelayer (m)</translation>
    </message>
    <message>
        <source>Pixels differ by a factor of {:.1f}: fine detail of one date is missing in the other.</source>
        <translation>Die Pixelgrößen unterscheiden sich um den Faktor {:.1f}: Feine Einzelheiten des einen Zeitpunkts fehlen im anderen.</translation>
    </message>
    <message>
        <source>Places with reviews are read in a random order until the time is over.</source>
        <translation>Orte mit Prüfungen werden in zufälliger Folge gelesen, bis die Zeit um ist.</translation>
    </message>
    <message>
        <source>Polygons</source>
        <translation>Polygone</translation>
    </message>
    <message>
        <source>Previous change</source>
        <translation>Vorige Veränderung</translation>
    </message>
    <message>
        <source>Previous change (second key)</source>
        <translation>Vorige Veränderung (zweite Taste)</translation>
    </message>
    <message>
        <source>Put it back, then make the pages again.</source>
        <translation>Legen Sie ihn zurück und erzeugen Sie die Seiten noch einmal.</translation>
    </message>
    <message>
        <source>Puts a question to chosen features or an area of a result.</source>
        <translation>Stellt eine Frage zu gewählten Objekten oder einem Gebiet eines Ergebnisses.</translation>
    </message>
    <message>
        <source>Puts one question to every chosen tile, box or outline of a result (or once to an area), and writes the answers into the result as a new field answer_1, answer_2 …, with who gave them: measured on the map, said by the language model, or none. Older answers are not touched.

The rasters are those the result was made from, unless others are given. Select features first: each takes the engine some seconds.</source>
        <translation>Stellt eine Frage zu jeder gewählten Kachel, Box oder jedem Umriss eines Ergebnisses (oder einmal zu einem Gebiet) und schreibt die Antworten als neues Feld answer_1, answer_2 … in das Ergebnis, mit der Angabe, woher sie kommen: auf der Karte gemessen, vom Sprachmodell gesagt, oder keine. Ältere Antworten bleiben unberührt.

Die Raster sind die, aus denen das Ergebnis entstand, wenn keine anderen angegeben sind. Wählen Sie zuerst Objekte aus: Jedes braucht einige Sekunden.</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Question about the changes</source>
        <translation>Frage nach den Änderungen</translation>
    </message>
    <message>
        <source>Questions, one a line</source>
        <translation>Fragen, eine je Zeile</translation>
    </message>
    <message>
        <source>Raster of the earlier date.</source>
        <translation>Raster des früheren Zeitpunkts.</translation>
    </message>
    <message>
        <source>Raster of the earlier date. Online layers (WMS, XYZ) are copied for the wanted area.</source>
        <translation>Raster des früheren Zeitpunkts. Onlinelayer (WMS, XYZ) werden für das gewünschte Gebiet kopiert.</translation>
    </message>
    <message>
        <source>Raster of the later date.</source>
        <translation>Raster des späteren Zeitpunkts.</translation>
    </message>
    <message>
        <source>Raster of the later date. Another CRS, grid or pixel size is fine.</source>
        <translation>Raster des späteren Zeitpunkts. KBS, Gitter und Pixelgröße dürfen abweichen.</translation>
    </message>
    <message>
        <source>Read from the file or its name if empty.</source>
        <translation>Wenn leer: aus der Datei oder ihrem Namen gelesen.</translation>
    </message>
    <message>
        <source>Reading the reviewed places</source>
        <translation>Geprüfte Orte werden gelesen</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen…</translation>
    </message>
    <message>
        <source>Reasons why it does not fit</source>
        <translation>Gründe, warum es nicht passt</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>Rechteck</translation>
    </message>
    <message>
        <source>Red, green and blue, in this order; a single band is used for all three. After takes those of before if empty.</source>
        <translation>Rot, Grün und Blau, in dieser Reihenfolge; ein einzelnes Band gilt für alle drei. Wenn leer, übernimmt Nachher die von Vorher.</translation>
    </message>
    <message>
        <source>Register</source>
        <translation>Register</translation>
    </message>
    <message>
        <source>Registered as</source>
        <translation>Eingetragen als</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Verworfen</translation>
    </message>
    <message>
        <source>Rejected boxes</source>
        <translation>Abgelehnte Rechtecke</translation>
    </message>
    <message>
        <source>Remove the ChangeVG engine</source>
        <translation>Die ChangeVG-Engine entfernen</translation>
    </message>
    <message>
        <source>Remove the chosen folders</source>
        <translation>Gewählte Ordner entfernen</translation>
    </message>
    <message>
        <source>Remove the engine and all its files from {folder}?</source>
        <translation>Die Engine und alle ihre Dateien aus {folder} entfernen?</translation>
    </message>
    <message>
        <source>Remove the shift between the dates</source>
        <translation>Versatz zwischen den Zeitpunkten entfernen</translation>
    </message>
    <message>
        <source>Replace an older result</source>
        <translation>Ein älteres Ergebnis ersetzen</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Result that is talked about</source>
        <translation>Ergebnis, um das es geht</translation>
    </message>
    <message>
        <source>Results (*.gpkg)</source>
        <translation>Ergebnisse (*.gpkg)</translation>
    </message>
    <message>
        <source>Revert: take this model away</source>
        <translation>Zurücknehmen: dieses Modell entfernen</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>Review some changes and save them first.</source>
        <translation>Prüfen Sie zuerst einige Veränderungen und speichern Sie sie.</translation>
    </message>
    <message>
        <source>Reviewed boxes</source>
        <translation>Geprüfte Rechtecke</translation>
    </message>
    <message>
        <source>Reviewer's &amp;name</source>
        <translation>&amp;Name beim Prüfen</translation>
    </message>
    <message>
        <source>Reviews as training data…</source>
        <translation>Prüfungen als Trainingsdaten…</translation>
    </message>
    <message>
        <source>Reviews in it are carried over. A file that is no result is never replaced.</source>
        <translation>Prüfvermerke darin werden übernommen. Eine Datei, die kein Ergebnis ist, wird nie ersetzt.</translation>
    </message>
    <message>
        <source>Road</source>
        <translation>Straße</translation>
    </message>
    <message>
        <source>Roads</source>
        <translation>Straßen</translation>
    </message>
    <message>
        <source>Running at (&amp;URL)</source>
        <translation>Läuft unter (&amp;URL)</translation>
    </message>
    <message>
        <source>Runs at work</source>
        <translation>Läufe in Arbeit</translation>
    </message>
    <message>
        <source>Runs that wait</source>
        <translation>Wartende Läufe</translation>
    </message>
    <message>
        <source>Save as Markdown…</source>
        <translation>Als Markdown speichern…</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter…</translation>
    </message>
    <message>
        <source>Save or drop the edits first.</source>
        <translation>Speichern oder verwerfen Sie zuerst die Bearbeitung.</translation>
    </message>
    <message>
        <source>Save the conversation</source>
        <translation>Gespräch speichern</translation>
    </message>
    <message>
        <source>Save the reviews</source>
        <translation>Prüfungen speichern</translation>
    </message>
    <message>
        <source>Says what fits and what does not, before anything is computed.</source>
        <translation>Sagt, was passt und was nicht, bevor etwas gerechnet wird.</translation>
    </message>
    <message>
        <source>Says whether the engine runs, its version and its models.</source>
        <translation>Sagt, ob die Engine läuft, ihre Version und ihre Modelle.</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Sicherheit</translation>
    </message>
    <message>
        <source>Score {} · {} m² · review: {}</source>
        <translation>Sicherheit {} · {} m² · Prüfung: {}</translation>
    </message>
    <message>
        <source>Search in descriptions, notes and places</source>
        <translation>In Beschreibungen, Notizen und Orten suchen</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>Auswählen</translation>
    </message>
    <message>
        <source>Select at most {} objects.</source>
        <translation>Wählen Sie höchstens {} Objekte aus.</translation>
    </message>
    <message>
        <source>Select objects of the result on the map, or choose another part.</source>
        <translation>Wählen Sie auf der Karte Objekte des Ergebnisses aus, oder wählen Sie einen anderen Teil.</translation>
    </message>
    <message>
        <source>Send (Enter)</source>
        <translation>Senden (Eingabetaste)</translation>
    </message>
    <message>
        <source>Send, in this session</source>
        <translation>In dieser Sitzung senden</translation>
    </message>
    <message>
        <source>Shared area over the smaller of the two, from which on they match.</source>
        <translation>Gemeinsame Fläche, geteilt durch die kleinere der beiden, ab der sie übereinstimmen.</translation>
    </message>
    <message>
        <source>Shared ground</source>
        <translation>Gemeinsame Fläche</translation>
    </message>
    <message>
        <source>Shared ground (m²)</source>
        <translation>Gemeinsame Fläche (m²)</translation>
    </message>
    <message>
        <source>Shift east (pixels)</source>
        <translation>Versatz nach Osten (Pixel)</translation>
    </message>
    <message>
        <source>Shift south (pixels)</source>
        <translation>Versatz nach Süden (Pixel)</translation>
    </message>
    <message>
        <source>Shift, estimated</source>
        <translation>Versatz, geschätzt</translation>
    </message>
    <message>
        <source>Show all again</source>
        <translation>Wieder alle zeigen</translation>
    </message>
    <message>
        <source>Show earlier questions</source>
        <translation>Frühere Fragen zeigen</translation>
    </message>
    <message>
        <source>Show on the map what this sentence rests on</source>
        <translation>Auf der Karte zeigen, worauf sich dieser Satz stützt</translation>
    </message>
    <message>
        <source>Show only these</source>
        <translation>Nur diese zeigen</translation>
    </message>
    <message>
        <source>Show or hide the steps of this answer</source>
        <translation>Schritte dieser Antwort zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Size (pixels)</source>
        <translation>Größe (Pixel)</translation>
    </message>
    <message>
        <source>Smallest object (m²)</source>
        <translation>Kleinstes Objekt (m²)</translation>
    </message>
    <message>
        <source>Something unexpected failed:</source>
        <translation>Etwas Unerwartetes ist fehlgeschlagen:</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Spreadsheet (*.xlsx *.ods)</source>
        <translation>Tabelle (*.xlsx *.ods)</translation>
    </message>
    <message>
        <source>Starting the engine …</source>
        <translation>Die Engine wird gestartet …</translation>
    </message>
    <message>
        <source>Starts the engine if it is installed and not running, and says its version, what it is doing, and which models it has. If there is no engine, it says what to do; the output READY is then false.</source>
        <translation>Startet die Engine, wenn sie installiert ist und nicht läuft, und sagt ihre Version, was sie tut und welche Modelle sie hat. Gibt es keine Engine, so steht da, was zu tun ist; die Ausgabe READY ist dann falsch.</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Stop the answer (Esc)</source>
        <translation>Antwort anhalten (Esc)</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Stopped while copying “{}”.</source>
        <translation>Beim Kopieren von „{}“ angehalten.</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
    <message>
        <source>Stopped: no model was made, the original is as it was.</source>
        <translation>Angehalten: Es entstand kein Modell, das ursprüngliche ist unverändert.</translation>
    </message>
    <message>
        <source>Stopped: {} of {} answers are written.</source>
        <translation>Angehalten: {} von {} Antworten sind geschrieben.</translation>
    </message>
    <message>
        <source>Stopped: {} of {} tiles were read and are kept. Run it again with the same options and output to go on; there are no layers yet.</source>
        <translation>Angehalten: {} von {} Kacheln wurden gelesen und bleiben erhalten. Ein neuer Lauf mit denselben Optionen und derselben Ausgabe macht weiter; Layer gibt es noch keine.</translation>
    </message>
    <message>
        <source>Stretch to 0–255</source>
        <translation>Streckung auf 0–255</translation>
    </message>
    <message>
        <source>Summarize changes by polygon</source>
        <translation>Veränderungen je Polygon zusammenfassen</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Zusammenfassung</translation>
    </message>
    <message>
        <source>Swipe before and after</source>
        <translation>Vorher und nachher vergleichen</translation>
    </message>
    <message>
        <source>Swipe before and after here</source>
        <translation>Hier vorher und nachher vergleichen</translation>
    </message>
    <message>
        <source>Take the verdict away</source>
        <translation>Urteil zurücknehmen</translation>
    </message>
    <message>
        <source>Takes the boxes that you confirmed and rejected in a result, reads the rasters there again, and tunes the model: the last layers of its network, and which probability, size and score an object must reach. It takes some minutes. Start with the lowest scores; 50 reviews are a good number, ten of a class with two rejected ones the least.

For the network the engine's environment needs the packages torch and onnx (extra “adapt”). Without them only the values are tuned, and the log says so.

The tuned model is tried on reviewed places that it was not tuned on, and kept only if it is better there. It is added under its own name: choose it as the model of the next run. The original stays as it is.

To take a tuned model away again, give its name and choose to revert.</source>
        <translation>Nimmt die Rechtecke, die Sie in einem Ergebnis bestätigt und abgelehnt haben, liest die Raster dort noch einmal und stimmt das Modell ab: die letzten Schichten seines Netzes und welche Wahrscheinlichkeit, Größe und Bewertung ein Objekt erreichen muss. Das dauert einige Minuten. Beginnen Sie mit den niedrigsten Bewertungen; 50 Prüfungen sind eine gute Zahl, zehn einer Klasse mit zwei abgelehnten das Mindeste.

Für das Netz braucht die Umgebung der Engine die Pakete torch und onnx (Extra „adapt“). Ohne sie werden nur die Werte abgestimmt; das Protokoll sagt es dann.

Das angepasste Modell wird an geprüften Orten erprobt, an die es nicht angepasst wurde, und nur behalten, wenn es dort besser ist. Es kommt unter eigenem Namen hinzu: Wählen Sie es als Modell des nächsten Laufs. Das ursprüngliche bleibt, wie es ist.

Um ein angepasstes Modell wieder zu entfernen, geben Sie seinen Namen an und wählen Sie Zurücknehmen.</translation>
    </message>
    <message>
        <source>Test the ChangeVG engine</source>
        <translation>Die ChangeVG-Engine testen</translation>
    </message>
    <message>
        <source>The CRS differ: after is warped to the grid of before.</source>
        <translation>Die KBS sind verschieden: Nachher wird auf das Gitter von Vorher umprojiziert.</translation>
    </message>
    <message>
        <source>The ChangeVG engine is not installed yet.</source>
        <translation>Die ChangeVG-Engine ist noch nicht installiert.</translation>
    </message>
    <message>
        <source>The adapted model needs a name of its own, other than {}.</source>
        <translation>Das angepasste Modell braucht einen eigenen Namen, nicht {}.</translation>
    </message>
    <message>
        <source>The adapted model was kept</source>
        <translation>Das angepasste Modell wurde behalten</translation>
    </message>
    <message>
        <source>The algorithm is not there: is the Processing plugin switched on?</source>
        <translation>Der Algorithmus ist nicht da: Ist die Erweiterung „Processing“ eingeschaltet?</translation>
    </message>
    <message>
        <source>The answer is about too many objects ({}) for this.</source>
        <translation>Die Antwort betrifft dafür zu viele Objekte ({}).</translation>
    </message>
    <message>
        <source>The answer names no objects.</source>
        <translation>Die Antwort nennt keine Objekte.</translation>
    </message>
    <message>
        <source>The answer, where it is one</source>
        <translation>Die Antwort, wenn es eine einzige ist</translation>
    </message>
    <message>
        <source>The answers cannot be written: {}</source>
        <translation>Die Antworten können nicht geschrieben werden: {}</translation>
    </message>
    <message>
        <source>The area layer “{}” has no polygon.</source>
        <translation>Der Gebietslayer „{}“ hat kein Polygon.</translation>
    </message>
    <message>
        <source>The changed objects are not in this project.</source>
        <translation>Die veränderten Objekte sind nicht in diesem Projekt.</translation>
    </message>
    <message>
        <source>The conversation is saved in {}.</source>
        <translation>Das Gespräch ist in {} gespeichert.</translation>
    </message>
    <message>
        <source>The conversations in this project cannot be read.</source>
        <translation>Die Gespräche in diesem Projekt können nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The data types differ: each date gets its own stretch to 0–255.</source>
        <translation>Die Datentypen sind verschieden: Jeder Zeitpunkt wird für sich auf 0–255 gestreckt.</translation>
    </message>
    <message>
        <source>The diagnostics are on the clipboard.</source>
        <translation>Die Diagnose ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>The disk is full.</source>
        <translation>Der Datenträger ist voll.</translation>
    </message>
    <message>
        <source>The engine answers</source>
        <translation>Die Engine antwortet</translation>
    </message>
    <message>
        <source>The engine at {url} does not answer ({reason}).</source>
        <translation>Die Engine unter {url} antwortet nicht ({reason}).</translation>
    </message>
    <message>
        <source>The engine could not look at the pair: {}</source>
        <translation>Die Engine konnte das Paar nicht ansehen: {}</translation>
    </message>
    <message>
        <source>The engine did not start within {seconds:.0f} s.</source>
        <translation>Die Engine ist nicht innerhalb von {seconds:.0f} s gestartet.</translation>
    </message>
    <message>
        <source>The engine ended {count} times in a row.</source>
        <translation>Die Engine endete {count}-mal hintereinander.</translation>
    </message>
    <message>
        <source>The engine finds the changes. It is a program of its own and is installed into its own folder, {folder}; QGIS and its Python are not changed. It takes up to {need:.0f} GB there ({free:.0f} GB are free). Nothing is fetched before you press Install. If this computer has no fitting Python and uv is there, uv fetches one.</source>
        <translation>Die Engine findet die Veränderungen. Sie ist ein eigenes Programm und wird in einen eigenen Ordner installiert, {folder}; QGIS und sein Python bleiben unverändert. Sie braucht dort bis zu {need:.0f} GB (frei sind {free:.0f} GB). Bevor Sie Installieren drücken, wird nichts geladen. Hat dieser Rechner kein passendes Python und ist uv da, so lädt uv eines.</translation>
    </message>
    <message>
        <source>The engine is on another computer: your question, and the paths of the files it is about, go to {}.</source>
        <translation>Die Engine läuft auf einem anderen Rechner: Ihre Frage und die Pfade der Dateien, um die es geht, gehen an {}.</translation>
    </message>
    <message>
        <source>The engine is removed.</source>
        <translation>Die Engine ist entfernt.</translation>
    </message>
    <message>
        <source>The engine needs {need:.1f} GB in {folder}; {free:.1f} GB are free.</source>
        <translation>Die Engine braucht {need:.1f} GB in {folder}; frei sind {free:.1f} GB.</translation>
    </message>
    <message>
        <source>The engine refused.</source>
        <translation>Die Engine hat abgelehnt.</translation>
    </message>
    <message>
        <source>The engine runs elsewhere; its doctor was not asked.</source>
        <translation>Die Engine läuft anderswo; ihre Selbstprüfung wurde nicht befragt.</translation>
    </message>
    <message>
        <source>The engine starts without these folders, which are not there: {}</source>
        <translation>Die Engine startet ohne diese Ordner, die nicht vorhanden sind: {}</translation>
    </message>
    <message>
        <source>The engine stopped in the middle of the run.</source>
        <translation>Die Engine endete mitten im Lauf.</translation>
    </message>
    <message>
        <source>The engine that finds the changes is not installed yet.</source>
        <translation>Die Engine, die die Veränderungen findet, ist noch nicht installiert.</translation>
    </message>
    <message>
        <source>The engine {path} cannot be started: {reason}.</source>
        <translation>Die Engine {path} kann nicht gestartet werden: {reason}.</translation>
    </message>
    <message>
        <source>The engine {path} does not start.</source>
        <translation>Die Engine {path} startet nicht.</translation>
    </message>
    <message>
        <source>The filter cannot be used for pages: {}</source>
        <translation>Der Filter lässt sich nicht für Seiten verwenden: {}</translation>
    </message>
    <message>
        <source>The filter of “{}” could not be changed.</source>
        <translation>Der Filter von „{}“ konnte nicht geändert werden.</translation>
    </message>
    <message>
        <source>The folder cannot be written.</source>
        <translation>In den Ordner kann nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>The grids differ: after is resampled to the grid of before.</source>
        <translation>Die Gitter sind verschieden: Nachher wird auf das Gitter von Vorher umgerechnet.</translation>
    </message>
    <message>
        <source>The layer boxes of a result, with reviews. Save its edits first.</source>
        <translation>Die Ebene boxes eines Ergebnisses, mit Prüfungen. Speichern Sie zuerst ihre Änderungen.</translation>
    </message>
    <message>
        <source>The layer cannot be edited.</source>
        <translation>Der Layer lässt sich nicht bearbeiten.</translation>
    </message>
    <message>
        <source>The layer is not in a GeoPackage written by ChangeVG; answers belong there.</source>
        <translation>Der Layer liegt nicht in einem GeoPackage von ChangeVG; dorthin gehören die Antworten.</translation>
    </message>
    <message>
        <source>The layer outlines (exact areas) or boxes of a result.</source>
        <translation>Der Layer outlines (genaue Flächen) oder boxes eines Ergebnisses.</translation>
    </message>
    <message>
        <source>The layer outlines (exact) or boxes of a result.</source>
        <translation>Der Layer outlines (genau) oder boxes eines Ergebnisses.</translation>
    </message>
    <message>
        <source>The layer with answers</source>
        <translation>Der Layer mit Antworten</translation>
    </message>
    <message>
        <source>The layer {} of {} cannot be opened.</source>
        <translation>Der Layer {} von {} lässt sich nicht öffnen.</translation>
    </message>
    <message>
        <source>The layer “{}” has no CRS, so it has no place on Earth. Set its CRS first (layer menu, Layer CRS).</source>
        <translation>Der Layer „{}“ hat kein KBS und damit keinen Ort auf der Erde. Setzen Sie zuerst sein KBS (Layermenü, Layer-KBS).</translation>
    </message>
    <message>
        <source>The layer “{}” has no field {}. Choose the layer outlines or boxes of a result.</source>
        <translation>Der Layer „{}“ hat kein Feld {}. Wählen Sie den Layer outlines oder boxes eines Ergebnisses.</translation>
    </message>
    <message>
        <source>The map follows the list</source>
        <translation>Die Karte folgt der Liste</translation>
    </message>
    <message>
        <source>The model's own if empty.</source>
        <translation>Wenn leer: die des Modells.</translation>
    </message>
    <message>
        <source>The model's own limit if empty.</source>
        <translation>Wenn leer: die Grenze des Modells.</translation>
    </message>
    <message>
        <source>The network's certificate is not trusted: set the variable SSL_CERT_FILE to your organisation's certificates.</source>
        <translation>Dem Zertifikat des Netzes wird nicht vertraut: Setzen Sie die Variable SSL_CERT_FILE auf die Zertifikate Ihrer Organisation.</translation>
    </message>
    <message>
        <source>The pair does not fit.</source>
        <translation>Das Paar passt nicht.</translation>
    </message>
    <message>
        <source>The pair fits</source>
        <translation>Das Paar passt</translation>
    </message>
    <message>
        <source>The pair fits.</source>
        <translation>Das Paar passt.</translation>
    </message>
    <message>
        <source>The process ended without a word.</source>
        <translation>Der Prozess endete ohne ein Wort.</translation>
    </message>
    <message>
        <source>The proxy refuses: check Settings ▸ Options ▸ Network.</source>
        <translation>Der Proxy lehnt ab: Prüfen Sie Einstellungen ▸ Optionen ▸ Netzwerk.</translation>
    </message>
    <message>
        <source>The proxy wants a password: check Settings ▸ Options ▸ Network.</source>
        <translation>Der Proxy verlangt ein Passwort: Prüfen Sie Einstellungen ▸ Optionen ▸ Netzwerk.</translation>
    </message>
    <message>
        <source>The question is about the feature's rectangle, grown by this much.</source>
        <translation>Die Frage gilt dem Rechteck des Objekts, um so viel vergrößert.</translation>
    </message>
    <message>
        <source>The question is about: {}</source>
        <translation>Die Frage betrifft: {}</translation>
    </message>
    <message>
        <source>The raster is not where it was.</source>
        <translation>Der Raster ist nicht mehr, wo er war.</translation>
    </message>
    <message>
        <source>The raster the result was made from if empty.</source>
        <translation>Wenn leer: das Raster, aus dem das Ergebnis entstand.</translation>
    </message>
    <message>
        <source>The raster {} is not where it was.</source>
        <translation>Der Raster {} ist nicht mehr, wo er war.</translation>
    </message>
    <message>
        <source>The raster {} is not where it was. Put it back, then compare again.</source>
        <translation>Der Raster {} ist nicht mehr, wo er war. Legen Sie ihn zurück und vergleichen Sie noch einmal.</translation>
    </message>
    <message>
        <source>The raster {} that the result was made from is gone: choose one ({}).</source>
        <translation>Das Raster {}, aus dem das Ergebnis entstand, ist nicht mehr da: Wählen Sie eines ({}).</translation>
    </message>
    <message>
        <source>The raster “{}” cannot be read.</source>
        <translation>Das Raster „{}“ kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The raster “{}” cannot be read: it was moved, deleted or renamed, or the service does not answer. Repair its source (layer menu, Change Data Source), or choose another layer.</source>
        <translation>Das Raster „{}“ kann nicht gelesen werden: Es wurde verschoben, gelöscht oder umbenannt, oder der Dienst antwortet nicht. Berichtigen Sie seine Quelle (Layermenü, Datenquelle ändern), oder wählen Sie einen anderen Layer.</translation>
    </message>
    <message>
        <source>The raster “{}” has no CRS, so it has no place on Earth. Set its CRS first (layer menu, Layer CRS), or use Assign projection.</source>
        <translation>Das Raster „{}“ hat kein KBS und damit keinen Ort auf der Erde. Setzen Sie zuerst sein KBS (Layermenü, Layer-KBS), oder benutzen Sie „Projektion zuweisen“.</translation>
    </message>
    <message>
        <source>The result is a GeoPackage: give it a name that ends in .gpkg, not {}.</source>
        <translation>Das Ergebnis ist ein GeoPackage: Geben Sie ihm einen Namen, der auf .gpkg endet, nicht {}.</translation>
    </message>
    <message>
        <source>The result lies in a temporary folder and is gone when QGIS closes: {}</source>
        <translation>Das Ergebnis liegt in einem temporären Ordner und ist weg, wenn QGIS endet: {}</translation>
    </message>
    <message>
        <source>The review of this change could not be written.</source>
        <translation>Die Prüfung dieser Veränderung konnte nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>The reviews could not be saved: {}</source>
        <translation>Die Prüfungen konnten nicht gespeichert werden: {}</translation>
    </message>
    <message>
        <source>The selected objects</source>
        <translation>Die ausgewählten Objekte</translation>
    </message>
    <message>
        <source>The shift is estimated in any case, and reported above one pixel.</source>
        <translation>Der Versatz wird immer geschätzt und ab einem Pixel gemeldet.</translation>
    </message>
    <message>
        <source>The shift is estimated when changes are described: a layer is no plain local file.</source>
        <translation>Der Versatz wird beim Beschreiben der Veränderungen geschätzt: Ein Layer ist keine einfache lokale Datei.</translation>
    </message>
    <message>
        <source>The stopped run of this output had other inputs or options: starting anew.</source>
        <translation>Der angehaltene Lauf dieser Ausgabe hatte andere Eingaben oder Optionen: Es wird neu begonnen.</translation>
    </message>
    <message>
        <source>The tiles read so far are kept: run it again with the same options to go on.</source>
        <translation>Die bisher gelesenen Kacheln bleiben erhalten: Ein neuer Lauf mit denselben Optionen macht weiter.</translation>
    </message>
    <message>
        <source>The token is wrong: choose it in Settings ▸ Options ▸ ChangeVG.</source>
        <translation>Das Token ist falsch: Es wird unter Einstellungen ▸ Optionen ▸ ChangeVG gewählt.</translation>
    </message>
    <message>
        <source>The whole result</source>
        <translation>Das ganze Ergebnis</translation>
    </message>
    <message>
        <source>There are no pages.</source>
        <translation>Es gibt keine Seiten.</translation>
    </message>
    <message>
        <source>There is no Python beside the engine {}. Adapting needs an engine that is installed on this computer: install it in Settings ▸ Options ▸ ChangeVG.</source>
        <translation>Neben der Engine {} liegt kein Python. Das Anpassen braucht eine auf diesem Rechner installierte Engine: Installieren Sie sie unter Einstellungen ▸ Optionen ▸ ChangeVG.</translation>
    </message>
    <message>
        <source>There is no engine at {path}.</source>
        <translation>Unter {path} ist keine Engine.</translation>
    </message>
    <message>
        <source>There is no question.</source>
        <translation>Es gibt keine Frage.</translation>
    </message>
    <message>
        <source>There is no result to compare: run “Describe changes”, or open one.</source>
        <translation>Es gibt kein Ergebnis zum Vergleichen: Führen Sie „Veränderungen beschreiben“ aus oder öffnen Sie eines.</translation>
    </message>
    <message>
        <source>They are still in the layer: make room, or make the file writable, and save.</source>
        <translation>Sie sind noch im Layer: Schaffen Sie Platz oder machen Sie die Datei beschreibbar, und speichern Sie.</translation>
    </message>
    <message>
        <source>They share no ground: these are two different places.</source>
        <translation>Sie haben keine gemeinsame Fläche: Es sind zwei verschiedene Orte.</translation>
    </message>
    <message>
        <source>Thinking …</source>
        <translation>Denkt nach …</translation>
    </message>
    <message>
        <source>This engine has no training part, which adapting needs: update the engine in Settings ▸ Options ▸ ChangeVG.</source>
        <translation>Dieser Engine fehlt der Trainingsteil, den das Anpassen braucht: Aktualisieren Sie die Engine unter Einstellungen ▸ Optionen ▸ ChangeVG.</translation>
    </message>
    <message>
        <source>This layer has no fields for reviews.</source>
        <translation>Dieser Layer hat keine Felder für Prüfungen.</translation>
    </message>
    <message>
        <source>Those tiles are marked as failed, and the result as partial.</source>
        <translation>Diese Kacheln werden als fehlgeschlagen markiert, das Ergebnis als unvollständig.</translation>
    </message>
    <message>
        <source>Tile size (pixels)</source>
        <translation>Kachelgröße (Pixel)</translation>
    </message>
    <message>
        <source>Tile {} could not be read: {}</source>
        <translation>Kachel {} konnte nicht gelesen werden: {}</translation>
    </message>
    <message>
        <source>Tiles</source>
        <translation>Kacheln</translation>
    </message>
    <message>
        <source>Tiles that changed</source>
        <translation>Kacheln mit Veränderung</translation>
    </message>
    <message>
        <source>Tiles the language model sees</source>
        <translation>Kacheln, die das Sprachmodell sieht</translation>
    </message>
    <message>
        <source>Tiles, boxes or outlines in a result's GeoPackage; the answers are written there.</source>
        <translation>Kacheln, Boxen oder Umrisse im GeoPackage eines Ergebnisses; die Antworten werden dort geschrieben.</translation>
    </message>
    <message>
        <source>Tolerance (m)</source>
        <translation>Toleranz (m)</translation>
    </message>
    <message>
        <source>Totals, the largest changes with both dates, and how it was made, in one file.</source>
        <translation>Summen, die größten Veränderungen zu beiden Zeitpunkten und die Entstehung, in einer Datei.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Try again: a first start may be slow. Its log: {log}</source>
        <translation>Versuchen Sie es noch einmal: Ein erster Start kann dauern. Ihr Protokoll: {log}</translation>
    </message>
    <message>
        <source>Tuning, and trying on places held back</source>
        <translation>Abstimmen, und erproben an zurückgehaltenen Orten</translation>
    </message>
    <message>
        <source>Undo the last verdict or note</source>
        <translation>Letztes Urteil oder letzte Notiz rückgängig machen</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>Update the engine: Settings ▸ Options ▸ ChangeVG ▸ Install or update.</source>
        <translation>Aktualisieren Sie die Engine: Einstellungen ▸ Optionen ▸ ChangeVG ▸ Installieren oder aktualisieren.</translation>
    </message>
    <message>
        <source>Update the plugin: Plugins ▸ Manage and Install Plugins ▸ Upgradeable.</source>
        <translation>Aktualisieren Sie die Erweiterung: Erweiterungen ▸ Erweiterungen verwalten und installieren ▸ Aktualisierbar.</translation>
    </message>
    <message>
        <source>Use the &amp;graphics card if there is one</source>
        <translation>Die &amp;Grafikkarte benutzen, wenn es eine gibt</translation>
    </message>
    <message>
        <source>Uses the engine at {url}.</source>
        <translation>Benutzt die Engine unter {url}.</translation>
    </message>
    <message>
        <source>Value of the matched entry that is written to register_id; its id if empty.</source>
        <translation>Wert des gefundenen Eintrags, der in register_id geschrieben wird; wenn leer: seine Id.</translation>
    </message>
    <message>
        <source>Version of its interface</source>
        <translation>Version ihrer Schnittstelle</translation>
    </message>
    <message>
        <source>Version of the engine</source>
        <translation>Version der Engine</translation>
    </message>
    <message>
        <source>Wait until a run has ended, or cancel one.</source>
        <translation>Warten Sie, bis ein Lauf zu Ende ist, oder brechen Sie einen ab.</translation>
    </message>
    <message>
        <source>Was it deleted, or is a field of the layer read-only?</source>
        <translation>Wurde sie gelöscht, oder darf ein Feld des Layers nur gelesen werden?</translation>
    </message>
    <message>
        <source>Was it moved, or is a drive not connected?</source>
        <translation>Wurde sie verschoben, oder ist ein Laufwerk nicht verbunden?</translation>
    </message>
    <message>
        <source>What answers at {url} is not a ChangeVG engine ({what}: {status}).</source>
        <translation>Was unter {url} antwortet, ist keine ChangeVG-Engine ({what}: {status}).</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>Was sich verändert hat</translation>
    </message>
    <message>
        <source>What changed, in a sentence</source>
        <translation>Was sich verändert hat, in einem Satz</translation>
    </message>
    <message>
        <source>What the answer rests on is not on the map any more.</source>
        <translation>Worauf sich die Antwort stützt, ist nicht mehr auf der Karte.</translation>
    </message>
    <message>
        <source>What the map shows</source>
        <translation>Was die Karte zeigt</translation>
    </message>
    <message>
        <source>What the next question is about</source>
        <translation>Worum es in der nächsten Frage geht</translation>
    </message>
    <message>
        <source>What was said before is kept. Try again: the engine is started again.</source>
        <translation>Was vorher gesagt wurde, bleibt. Versuchen Sie es noch einmal: Die Engine wird neu gestartet.</translation>
    </message>
    <message>
        <source>Wheelhouse</source>
        <translation>Wheelhouse</translation>
    </message>
    <message>
        <source>Wheelhouse file</source>
        <translation>Wheelhouse-Datei</translation>
    </message>
    <message>
        <source>Whole result</source>
        <translation>Ganzes Ergebnis</translation>
    </message>
    <message>
        <source>Why it does not answer</source>
        <translation>Warum sie nicht antwortet</translation>
    </message>
    <message>
        <source>With support for the NVIDIA &amp;graphics card of this computer</source>
        <translation>Mit Unterstützung für die NVIDIA-&amp;Grafikkarte dieses Rechners</translation>
    </message>
    <message>
        <source>Without a language model, captions come from the guide.</source>
        <translation>Ohne Sprachmodell stammen die Beschreibungen vom Guide.</translation>
    </message>
    <message>
        <source>Work with results</source>
        <translation>Mit Ergebnissen arbeiten</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>Notiz schreiben</translation>
    </message>
    <message>
        <source>Write it as in http://127.0.0.1:8000.</source>
        <translation>Schreiben Sie sie wie http://127.0.0.1:8000.</translation>
    </message>
    <message>
        <source>Written beside every verdict and note, in the field “reviewer”</source>
        <translation>Steht neben jedem Urteil und jeder Notiz, im Feld „reviewer“</translation>
    </message>
    <message>
        <source>Your question, and pictures of the place it is about from both dates, may go to {}.</source>
        <translation>Ihre Frage und Bilder des Ortes, um den es geht, aus beiden Zeitpunkten gehen womöglich an {}.</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoomen</translation>
    </message>
    <message>
        <source>Zoom to this change</source>
        <translation>Auf diese Veränderung zoomen</translation>
    </message>
    <message>
        <source>and {} more</source>
        <translation>und {} weitere</translation>
    </message>
    <message>
        <source>another computer</source>
        <translation>ein anderer Rechner</translation>
    </message>
    <message>
        <source>appeared</source>
        <translation>entstanden</translation>
    </message>
    <message>
        <source>area ≥ </source>
        <translation>Fläche ≥ </translation>
    </message>
    <message>
        <source>building</source>
        <translation>Gebäude</translation>
    </message>
    <message>
        <source>buildings</source>
        <translation>Gebäude</translation>
    </message>
    <message>
        <source>by choice (online map)</source>
        <translation>nach Wahl (Onlinekarte)</translation>
    </message>
    <message>
        <source>cannot be told</source>
        <translation>nicht zu bestimmen</translation>
    </message>
    <message>
        <source>change,cadastre,permit,register,unregistered,illegal,compare,match</source>
        <translation>Veränderung,Kataster,Genehmigung,Register,Schwarzbau,vergleichen,change,cadastre</translation>
    </message>
    <message>
        <source>change,detection,before,after,caption,building,road,bitemporal,difference,describe</source>
        <translation>Veränderung,Erkennung,vorher,nachher,Gebäude,Straße,Unterschied,beschreiben,change,detection</translation>
    </message>
    <message>
        <source>change,statistics,zonal,district,count,area,report,summary</source>
        <translation>Veränderung,Statistik,Zonen,Bezirk,Anzahl,Fläche,Bericht,change,statistics</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>verändert</translation>
    </message>
    <message>
        <source>disappeared</source>
        <translation>verschwunden</translation>
    </message>
    <message>
        <source>done, partial or cancelled</source>
        <translation>done, partial oder cancelled</translation>
    </message>
    <message>
        <source>engine,status,version,model,health,server,doctor</source>
        <translation>Engine,Zustand,Version,Modell,Server,status,doctor</translation>
    </message>
    <message>
        <source>measured on the map</source>
        <translation>auf der Karte gemessen</translation>
    </message>
    <message>
        <source>model's opinion</source>
        <translation>Meinung des Modells</translation>
    </message>
    <message>
        <source>model,adapt,tune,train,review,false alarms,threshold,learn,revert</source>
        <translation>Modell,anpassen,abstimmen,trainieren,prüfen,Fehlalarme,Schwelle,lernen,zurücknehmen</translation>
    </message>
    <message>
        <source>model: said by the language model; map: measured on the map; none: no answer</source>
        <translation>model: vom Sprachmodell gesagt; map: auf der Karte gemessen; none: keine Antwort</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>none: every answer is made on this computer</source>
        <translation>keiner: Jede Antwort entsteht auf diesem Rechner</translation>
    </message>
    <message>
        <source>none: the plugin starts the engine</source>
        <translation>keine: Die Erweiterung startet die Engine</translation>
    </message>
    <message>
        <source>other thing</source>
        <translation>anderes Objekt</translation>
    </message>
    <message>
        <source>other things</source>
        <translation>andere Objekte</translation>
    </message>
    <message>
        <source>package index</source>
        <translation>Paketindex</translation>
    </message>
    <message>
        <source>pair,check,fit,overlap,crs,resolution,gsd,bands,nodata,alignment</source>
        <translation>Paar,prüfen,Überdeckung,KBS,Auflösung,Bänder,Leerwert,pair,check,crs</translation>
    </message>
    <message>
        <source>place</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>question,answer,ask,change,vqa,attribute</source>
        <translation>Frage,Antwort,fragen,Veränderung,Attribut,question,ask</translation>
    </message>
    <message>
        <source>road</source>
        <translation>Straße</translation>
    </message>
    <message>
        <source>roads</source>
        <translation>Straßen</translation>
    </message>
    <message>
        <source>score {}</source>
        <translation>Sicherheit {}</translation>
    </message>
    <message>
        <source>score ≥ </source>
        <translation>Sicherheit ≥ </translation>
    </message>
    <message>
        <source>sent to {}</source>
        <translation>gesendet an {}</translation>
    </message>
    <message>
        <source>the bundled one</source>
        <translation>das mitgelieferte</translation>
    </message>
    <message>
        <source>the connection ended</source>
        <translation>die Verbindung endete</translation>
    </message>
    <message>
        <source>the installed one</source>
        <translation>die installierte</translation>
    </message>
    <message>
        <source>the installer's own</source>
        <translation>der des Installationsprogramms</translation>
    </message>
    <message>
        <source>{:+.1f} px east, {:+.1f} px south of before</source>
        <translation>{:+.1f} px östlich, {:+.1f} px südlich von vorher</translation>
    </message>
    <message>
        <source>{:.1f} % of the pixels are empty</source>
        <translation>{:.1f} % der Pixel sind leer</translation>
    </message>
    <message>
        <source>{name} in {path} is damaged.</source>
        <translation>{name} in {path} ist beschädigt.</translation>
    </message>
    <message>
        <source>{path} cannot be written: {reason}.</source>
        <translation>{path} kann nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>{path} is not a wheelhouse file ({reason}).</source>
        <translation>{path} ist keine Wheelhouse-Datei ({reason}).</translation>
    </message>
    <message>
        <source>{} bands were chosen for one date. Choose three (red, green, blue, in this order), one for all three, or none.</source>
        <translation>Für einen Zeitpunkt sind {} Bänder gewählt. Wählen Sie drei (Rot, Grün, Blau, in dieser Reihenfolge), eines für alle drei, oder keines.</translation>
    </message>
    <message>
        <source>{} cannot be opened.</source>
        <translation>{} kann nicht geöffnet werden.</translation>
    </message>
    <message>
        <source>{} cannot be started: {}</source>
        <translation>{} lässt sich nicht starten: {}</translation>
    </message>
    <message>
        <source>{} cannot be written.</source>
        <translation>{} lässt sich nicht schreiben.</translation>
    </message>
    <message>
        <source>{} cannot be written. {}</source>
        <translation>{} lässt sich nicht schreiben. {}</translation>
    </message>
    <message>
        <source>{} cannot be written: {}</source>
        <translation>{} kann nicht geschrieben werden: {}</translation>
    </message>
    <message>
        <source>{} decided changes were copied for training to {}.</source>
        <translation>{} entschiedene Veränderungen wurden für das Training nach {} kopiert.</translation>
    </message>
    <message>
        <source>{} exists. Allow replacing it (reviews are kept), or choose another name.</source>
        <translation>{} gibt es schon. Erlauben Sie das Ersetzen (Prüfvermerke bleiben), oder wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>{} is gone; use {} again.</source>
        <translation>{} ist entfernt; verwenden Sie wieder {}.</translation>
    </message>
    <message>
        <source>{} is no result of ChangeVG.</source>
        <translation>{} ist kein Ergebnis von ChangeVG.</translation>
    </message>
    <message>
        <source>{} is not a result of ChangeVG.</source>
        <translation>{} ist kein Ergebnis von ChangeVG.</translation>
    </message>
    <message>
        <source>{} is not there.</source>
        <translation>{} ist nicht da.</translation>
    </message>
    <message>
        <source>{} is there and is no result of ChangeVG, so it is not replaced. Choose another name.</source>
        <translation>{} ist da und kein Ergebnis von ChangeVG; es wird nicht ersetzt. Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>{} ms</source>
        <translation>{} ms</translation>
    </message>
    <message>
        <source>{} m²</source>
        <translation>{} m²</translation>
    </message>
    <message>
        <source>{} objects</source>
        <translation>{} Objekte</translation>
    </message>
    <message>
        <source>{} of {} features have an answer.</source>
        <translation>{} von {} Objekten haben eine Antwort.</translation>
    </message>
    <message>
        <source>{} of {} in the list</source>
        <translation>{} von {} in der Liste</translation>
    </message>
    <message>
        <source>{} of {} reviewed</source>
        <translation>{} von {} geprüft</translation>
    </message>
    <message>
        <source>{} pages were written to {}.</source>
        <translation>{} Seiten wurden nach {} geschrieben.</translation>
    </message>
    <message>
        <source>{} polygons of the area were invalid and were repaired.</source>
        <translation>{} Polygone des Gebiets waren ungültig und wurden repariert.</translation>
    </message>
    <message>
        <source>{} polygons, {} objects in them, {} outside</source>
        <translation>{} Polygone, {} Objekte darin, {} außerhalb</translation>
    </message>
    <message>
        <source>{} rows were written to {}.</source>
        <translation>{} Zeilen wurden nach {} geschrieben.</translation>
    </message>
    <message>
        <source>{} s</source>
        <translation>{} s</translation>
    </message>
    <message>
        <source>{} steps</source>
        <translation>{} Schritte</translation>
    </message>
    <message>
        <source>{} {} {} ({})</source>
        <translation>{} {} {} ({})</translation>
    </message>
    <message>
        <source>{}: after</source>
        <translation>{}: nachher</translation>
    </message>
    <message>
        <source>{}: before</source>
        <translation>{}: vorher</translation>
    </message>
    <message>
        <source>“{url}” is not the address of an engine.</source>
        <translation>„{url}“ ist keine Adresse einer Engine.</translation>
    </message>
    <message>
        <source>“{}” cannot be copied.</source>
        <translation>„{}“ kann nicht kopiert werden.</translation>
    </message>
    <message>
        <source>“{}” could not be copied whole: {}</source>
        <translation>„{}“ konnte nicht vollständig kopiert werden: {}</translation>
    </message>
    <message>
        <source>“{}” could not be read whole at {}: {}. Nothing is read as “no change” that was not seen: try again later, or choose an extent that the service covers.</source>
        <translation>„{}“ konnte bei {} nicht vollständig gelesen werden: {}. Was nicht gesehen wurde, gilt nicht als „unverändert“: Versuchen Sie es später noch einmal, oder wählen Sie eine Ausdehnung, die der Dienst abdeckt.</translation>
    </message>
    <message>
        <source>“{}” does not reach into the wanted extent.</source>
        <translation>„{}“ reicht nicht in die gewünschte Ausdehnung.</translation>
    </message>
    <message>
        <source>“{}” has one band: choose it as the only band of that date.</source>
        <translation>„{}“ hat ein Band: Wählen Sie es als einziges Band dieses Zeitpunkts.</translation>
    </message>
    <message>
        <source>“{}” has two bands; three are needed, or one chosen for all three.</source>
        <translation>„{}“ hat zwei Bänder; nötig sind drei, oder eines für alle drei.</translation>
    </message>
    <message>
        <source>“{}” holds complex numbers, not an image.</source>
        <translation>„{}“ enthält komplexe Zahlen, kein Bild.</translation>
    </message>
    <message>
        <source>“{}” is an online map: it is copied for the wanted extent.</source>
        <translation>„{}“ ist eine Onlinekarte: Sie wird für die gewünschte Ausdehnung kopiert.</translation>
    </message>
    <message>
        <source>“{}” is being edited and cannot be filtered.</source>
        <translation>„{}“ wird gerade bearbeitet und kann nicht gefiltert werden.</translation>
    </message>
    <message>
        <source>{} polygons were invalid and were repaired.</source>
        <translation>{} Polygone waren ungültig und wurden repariert.</translation>
    </message>
    <message>
        <source>“{}” was being edited while its file was replaced: edits of {} features that were not saved are dropped.</source>
        <translation>„{}“ wurde bearbeitet, während die Datei ersetzt wurde: nicht gespeicherte Änderungen an {} Objekten sind verworfen.</translation>
    </message>
    <message>
        <source>{} cannot be replaced: {}</source>
        <translation>{} kann nicht ersetzt werden: {}</translation>
    </message>
    <message>
        <source>Is it open in another program? Choose another name, or close it there.</source>
        <translation>Ist die Datei in einem anderen Programm geöffnet? Wählen Sie einen anderen Namen, oder schließen Sie sie dort.</translation>
    </message>
    <message>
        <source>“{}” is being edited: save or drop the edits first.</source>
        <translation>„{}“ wird bearbeitet: Speichern oder verwerfen Sie zuerst die Änderungen.</translation>
    </message>
    <message>
        <source>“{}” is no name of a model: letters, digits, . - and _ only.</source>
        <translation>„{}“ ist kein Modellname: nur Buchstaben, Ziffern, . - und _.</translation>
    </message>
    <message>
        <source>“{}” is not a plain file: it is copied to {} first.</source>
        <translation>„{}“ ist keine einfache Datei: Es wird zuerst nach {} kopiert.</translation>
    </message>
    <message>
        <source>“{}” is placed by control points only: warp it first.</source>
        <translation>„{}“ ist nur durch Passpunkte verortet: Entzerren Sie es zuerst.</translation>
    </message>
    <message>
        <source>“{}” is rotated or flipped: warp it to a north-up grid first.</source>
        <translation>„{}“ ist gedreht oder gespiegelt: Transformieren Sie es zuerst auf ein nach Norden ausgerichtetes Gitter.</translation>
    </message>
    <message>
        <source>“{}”: its CRS is the one set in QGIS, {}.</source>
        <translation>„{}“: Es gilt das in QGIS gesetzte KBS, {}.</translation>
    </message>
</context>
</TS>
