<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.40.0" styleCategories="Symbology">
  <pipe>
    <rasterrenderer type="paletted" band="1" opacity="0.7" alphaBand="-1" nodataColor="">
      <colorPalette>
        <paletteEntry value="0" color="#000000" alpha="0" label="Not changed"/>
{% for entry in classes %}
        <paletteEntry value="{{ loop.index }}" color="{{ entry.colour }}" alpha="255" label="{{ entry.name|capitalize }}"/>
{% endfor %}
      </colorPalette>
    </rasterrenderer>
  </pipe>
  <blendMode>0</blendMode>
</qgis>
