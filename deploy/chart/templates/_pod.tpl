{{/* What every pod and container has alike. */}}

{{/* Pods that may do nothing: dict "user" UID (absent: the image's or the cluster's). */}}
{{- define "orders.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  {{- with .user }}
  runAsUser: {{ . }}
  runAsGroup: {{ . }}
  fsGroup: {{ . }}
  fsGroupChangePolicy: OnRootMismatch
  {{- end }}
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/* Containers likewise: dict "readOnly" true|false */}}
{{- define "orders.containerSecurity" -}}
securityContext:
  privileged: false
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: {{ .readOnly }}
  capabilities: {drop: [ALL]}
{{- end }}

{{/* A container of the runner, begun: dict "root" $ "name" NAME "resources" RESOURCES */}}
{{- define "orders.runner" -}}
{{- $role := include "orders.role" . | fromJson -}}
name: runner
image: {{ include "orders.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
args: {{ $role.arguments | toJson }}
env:
  {{- include "orders.environment" . | nindent 2 }}
{{ include "orders.containerSecurity" (dict "readOnly" true) }}
resources:
  {{- toYaml .resources | nindent 2 }}
{{- if and .root.Values.database.certificates (has "DATABASE_URL" $role.secrets) }}
volumeMounts:
  - {name: certificates, mountPath: /etc/orders/database, readOnly: true}
{{- end }}
{{- end }}

{{/* What its pod mounts: the database's certificate authority, where the process opens the database. */}}
{{- define "orders.volumes" -}}
{{- $role := include "orders.role" . | fromJson -}}
{{- if and .root.Values.database.certificates (has "DATABASE_URL" $role.secrets) }}
volumes:
  - name: certificates
    configMap: {name: {{ .root.Values.database.certificates }}}
{{- end }}
{{- end }}

{{/* Where its pod may run, and whence its image: dict "root" $ "process" PROCESS */}}
{{- define "orders.placement" -}}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .process.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .process.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .process.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}
