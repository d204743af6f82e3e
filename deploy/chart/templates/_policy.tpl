{{/* Words of the network policies. */}}

{{/* The labels of a component's pods. */}}
{{- define "orders.pods" -}}
{app.kubernetes.io/component: {{ . }}, app.kubernetes.io/part-of: orders}
{{- end }}

{{/* A selector of several components' pods. */}}
{{- define "orders.anyOf" -}}
matchLabels: {app.kubernetes.io/part-of: orders}
matchExpressions:
  - {key: app.kubernetes.io/component, operator: In, values: {{ toJson . }}}
{{- end }}

{{/* Every function but notify, which takes events of the worker alone. */}}
{{- define "orders.calledByGateway" -}}
matchLabels: {{ include "orders.pods" "function" }}
matchExpressions:
  - {key: app.kubernetes.io/name, operator: NotIn, values: [notify]}
{{- end }}

{{/* Peers, or nothing for anybody. */}}
{{- define "orders.to" -}}
{{- with . -}}
to:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end }}
