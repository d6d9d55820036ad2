{% extends "base.qml" %}
{% block labels_on %}1{% endblock %}
{% block preview %}coalesce("caption", "box_id"){% endblock %}
{% block renderer %}
  <renderer-v2 type="categorizedSymbol" attr="action" symbollevels="0" enableorderby="0" forceraster="0" referencescale="-1">
    <categories>
{% for action, word in actions.items() %}
      <category value="{{ action }}" type="string" label="{{ word }}" symbol="{{ loop.index0 }}" render="true"/>
{% endfor %}
    </categories>
    <symbols>
{% for action in actions %}
{{ symbols.begin(loop.index0) }}
{{ symbols.fade_rejected() }}
{{ symbols.fill(colours[action], 18) }}
{{ symbols.line(casing, 170, 0.9) }}
{{ symbols.line(colours[action], 255, 0.5) }}
      </symbol>
{% endfor %}
    </symbols>
  </renderer-v2>
{% endblock %}
{% block labeling %}
  <labeling type="simple"><settings calloutType="simple">
{{ symbols.text('"class" || coalesce(\' \' || format_number("score", 2), \'\')', 7.5, 0, casing) }}
    <placement placement="1" quadOffset="2" xOffset="0" yOffset="-0.4" offsetUnits="MM" priority="5" geometryGenerator="make_point(x_min($geometry), y_max($geometry))" geometryGeneratorEnabled="1" geometryGeneratorType="PointGeometry" layerType="PolygonGeometry" overlapHandling="PreventOverlap"/>
    <rendering drawLabels="1" obstacle="0" scaleVisibility="1" scaleMin="0" scaleMax="4000" fontLimitPixelSize="0" limitNumLabels="0" minFeatureSize="0" displayAll="0" zIndex="1"/>
  </settings></labeling>
{% endblock %}
