{% macro option(name, value) %}<Option name="{{ name }}" type="QString" value="{{ value }}"/>{% endmacro %}
{% macro line(colour, alpha, width, style="solid") %}
        <layer class="SimpleLine" enabled="1" locked="0" pass="0"><Option type="Map">
          {{ option("line_color", colour|rgba(alpha)) }}{{ option("line_width", width) }}{{ option("line_width_unit", "MM") }}{{ option("line_style", style) }}{{ option("joinstyle", "miter") }}{{ option("capstyle", "square") }}
        </Option></layer>
{% endmacro %}
{% macro fill(colour, alpha) %}
        <layer class="SimpleFill" enabled="1" locked="0" pass="0"><Option type="Map">
          {{ option("color", colour|rgba(alpha)) }}{{ option("style", "solid" if alpha else "no") }}{{ option("outline_style", "no") }}
        </Option></layer>
{% endmacro %}
{% macro begin(name) %}
      <symbol type="fill" name="{{ name }}" alpha="1" clip_to_extent="1" force_rhr="0">
{% endmacro %}
{% macro fade_rejected() %}
        <data_defined_properties><Option type="Map">{{ option("name", "") }}<Option name="properties" type="Map"><Option name="alpha" type="Map"><Option name="active" type="bool" value="true"/>{{ option("expression", "if(\"review\" = 'rejected', 25, 100)") }}<Option name="type" type="int" value="3"/></Option></Option>{{ option("type", "collection") }}</Option></data_defined_properties>
{% endmacro %}
{% macro text(expression, size, wrap, colour) %}
    <text-style fieldName="{{ expression }}" isExpression="1" fontFamily="Open Sans" namedStyle="Semibold" fontWeight="63" fontItalic="0" fontSize="{{ size }}" fontSizeUnit="Point" textColor="{{ colour|rgba }}" textOpacity="1" multilineHeight="1" capitalization="0" allowHtml="0">
      <text-buffer bufferDraw="1" bufferSize="0.8" bufferSizeUnits="MM" bufferColor="{{ "#ffffff"|rgba(230) }}" bufferOpacity="1" bufferJoinStyle="128" bufferNoFill="1"/>
    </text-style>
    <text-format autoWrapLength="{{ wrap }}" useMaxLineLengthForAutoWrap="1" multilineAlign="0" wrapChar="" formatNumbers="0"/>
{% endmacro %}
