{% extends "base.qml" %}
{% block preview %}coalesce("caption", "tile_id"){% endblock %}
{% set looks = [("changed", "Changed"), ("same", "Not changed"), ("nodata", "No data"), ("failed", "Failed")] %}
{% block renderer %}
  <renderer-v2 type="categorizedSymbol" attr="CASE WHEN &quot;status&quot; &lt;&gt; 'ok' THEN &quot;status&quot; WHEN &quot;changed&quot; THEN 'changed' ELSE 'same' END" symbollevels="1" enableorderby="0" forceraster="0" referencescale="-1">
    <categories>
{% for value, word in looks %}
      <category value="{{ value }}" type="string" label="{{ word }}" symbol="{{ loop.index0 }}" render="true"/>
{% endfor %}
    </categories>
    <symbols>
{{ symbols.begin(0) }}
{{ symbols.fill("#ffd166", 16) }}
{{ symbols.line("#ffd166", 230, 0.4) }}
      </symbol>
{{ symbols.begin(1) }}
{{ symbols.line("#c8ccd0", 130, 0.12) }}
      </symbol>
{{ symbols.begin(2) }}
{{ symbols.fill("#7a7f85", 45) }}
{{ symbols.line("#7a7f85", 130, 0.12, "dash") }}
      </symbol>
{{ symbols.begin(3) }}
{{ symbols.fill("#d00000", 30) }}
{{ symbols.line("#d00000", 255, 0.5, "dash") }}
      </symbol>
    </symbols>
  </renderer-v2>
{% endblock %}
{% block labeling %}
  <labeling type="simple"><settings calloutType="simple">
{{ symbols.text('"caption"', 7, 40, casing) }}
    <placement placement="4" priority="4" layerType="PolygonGeometry" overlapHandling="PreventOverlap" fitInPolygonOnly="0"/>
    <rendering drawLabels="1" obstacle="0" scaleVisibility="0" fontLimitPixelSize="0" limitNumLabels="0" minFeatureSize="0"/>
  </settings></labeling>
{% endblock %}
