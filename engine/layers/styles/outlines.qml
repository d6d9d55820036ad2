{% extends "base.qml" %}
{% block preview %}"box_id"{% endblock %}
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
{{ symbols.fill(colours[action], 55) }}
{{ symbols.line(colours[action], 255, 0.26) }}
      </symbol>
{% endfor %}
    </symbols>
  </renderer-v2>
{% endblock %}
