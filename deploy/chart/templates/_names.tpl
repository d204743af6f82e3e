{{/* Object names and selectors carry no release name: installed whole or in parts, the objects are the same. */}}

{{/* metadata of an object: dict "root" $ "name" NAME "component" COMPONENT */}}
{{- define "orders.metadata" -}}
name: {{ .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "orders.selector" . | nindent 2 }}
  app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
  app.kubernetes.io/instance: {{ .root.Release.Name }}
  helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* What selects its pods. Selectors are immutable: never add to these, never take from them. */}}
{{- define "orders.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/part-of: orders
{{- end }}

{{- define "orders.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* The Secret of the service: one that is there, or the chart's own. */}}
{{- define "orders.secretName" -}}
{{ .Values.existingSecret | default "orders" }}
{{- end }}

{{/* The host of publicUrl, without its port. */}}
{{- define "orders.host" -}}
{{ (urlParse .Values.publicUrl).hostname }}
{{- end }}
