<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
{% import "symbols.qml" as symbols with context %}
<qgis version="3.40.0" styleCategories="LayerConfiguration|Symbology|Labeling|Fields|Forms|MapTips|AttributeTable|Rendering" labelsEnabled="{% block labels_on %}0{% endblock %}" readOnly="0" simplifyDrawingHints="1" simplifyLocal="1" simplifyAlgorithm="0" simplifyDrawingTol="1" simplifyMaxScale="1">
  <flags>
    <Identifiable>1</Identifiable>
    <Removable>1</Removable>
    <Searchable>1</Searchable>
  </flags>
{% block renderer %}{% endblock %}
{% block labeling %}{% endblock %}
  <blendMode>0</blendMode>
  <featureBlendMode>0</featureBlendMode>
  <layerOpacity>1</layerOpacity>
  <fieldConfiguration>
    <field name="fid" configurationFlags="NoFlag"><editWidget type="Hidden"><config><Option/></config></editWidget></field>
{% for field in layer.fields %}
    <field name="{{ field.name }}" configurationFlags="NoFlag">
      <editWidget type="{{ field|widget }}"><config>
{% if field.values %}
        <Option type="Map"><Option name="map" type="List">
{% if field.editable %}
          <Option type="Map"><Option name="(not reviewed)" type="QString" value="{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"/></Option>
{% endif %}
{% for value, word in field["values"].items() %}
          <Option type="Map"><Option name="{{ word }}" type="QString" value="{{ value }}"/></Option>
{% endfor %}
        </Option></Option>
{% elif field.kind == "datetime" %}
        <Option type="Map"><Option name="allow_null" type="bool" value="true"/><Option name="calendar_popup" type="bool" value="true"/><Option name="display_format" type="QString" value="yyyy-MM-dd HH:mm"/><Option name="field_format_overwrite" type="bool" value="true"/></Option>
{% elif field.kind == "date" %}
        <Option type="Map"><Option name="allow_null" type="bool" value="true"/><Option name="display_format" type="QString" value="yyyy-MM-dd"/><Option name="field_format_overwrite" type="bool" value="true"/></Option>
{% elif field.kind == "text" and field.name not in ("box_id", "tile_id", "cell", "reviewer") %}
        <Option type="Map"><Option name="IsMultiline" type="bool" value="true"/><Option name="UseHtml" type="bool" value="false"/></Option>
{% else %}
        <Option/>
{% endif %}
      </config></editWidget>
    </field>
{% endfor %}
  </fieldConfiguration>
  <aliases>
    <alias field="fid" index="0" name=""/>
{% for field in layer.fields %}
    <alias field="{{ field.name }}" index="{{ loop.index }}" name="{{ field.title }}"/>
{% endfor %}
  </aliases>
  <editable>
    <field name="fid" editable="0"/>
{% for field in layer.fields %}
    <field name="{{ field.name }}" editable="{{ field.editable|int }}"/>
{% endfor %}
  </editable>
  <previewExpression>{% block preview %}{% endblock %}</previewExpression>
  <mapTip enabled="1">{% filter forceescape %}{% include "tip.html" %}{% endfilter %}</mapTip>
</qgis>
