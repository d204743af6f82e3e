{{/* What the processes are told. roles.yaml says who reads what. */}}

{{/* A value as the runner reads it: YAML's large numbers come as fractions. */}}
{{- define "orders.text" -}}
{{ if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{/* The chart's own settings, by name, as JSON. */}}
{{- define "orders.ownSettings" -}}
{{- $keycloak := ternary "http://keycloak:8080/auth" .Values.keycloak.url .Values.keycloak.enabled -}}
{{- dict "PUBLIC_URL" .Values.publicUrl "KEYCLOAK_URL" $keycloak "FUNCTION_URL" "http://{name}:8080" | toJson -}}
{{- end }}

{{/* Every setting that has a value, by name, as JSON; of the webhook's URL what create-order may know. */}}
{{- define "orders.settings" -}}
{{- $settings := dict -}}
{{- range $name, $value := merge (include "orders.ownSettings" . | fromJson) .Values.settings -}}
{{- $text := include "orders.text" $value -}}
{{- if $text }}{{ $_ := set $settings $name $text }}{{ end -}}
{{- end -}}
{{- $webhook := urlParse .Values.secrets.WEBHOOK_URL -}}
{{- $derived := ternary "" (printf "%s://%s" $webhook.scheme $webhook.host) (empty .Values.secrets.WEBHOOK_URL) -}}
{{- with .Values.webhookOrigin | default (ternary "" $derived (ne .Values.existingSecret "")) -}}
{{- $_ := set $settings "WEBHOOK_ORIGIN" . -}}
{{- end -}}
{{- toJson $settings -}}
{{- end }}

{{/* The secrets that the chart makes, by name, as JSON: none where there is one already. */}}
{{- define "orders.secrets" -}}
{{- $secrets := dict -}}
{{- if not .Values.existingSecret -}}
{{- $database := printf "postgres://orders:%s@postgresql:5432/orders" .Values.postgresql.passwords.orders -}}
{{- $own := dict -}}
{{- if .Values.postgresql.enabled }}{{ $_ := set $own "DATABASE_URL" $database }}{{ end -}}
{{- if .Values.mail.enabled }}{{ $_ := set $own "SMTP_URL" "smtp://mail:1025" }}{{ end -}}
{{- range $name, $value := .Values.secrets -}}
{{- with $value | default (get $own $name) }}{{ $_ := set $secrets $name . }}{{ end -}}
{{- end -}}
{{- end -}}
{{- toJson $secrets -}}
{{- end }}

{{/* Secrets that may be absent unless letters take this way, as JSON. */}}
{{- define "orders.optionalSecrets" -}}
{{- $channel := get .Values.settings "NOTIFICATION_CHANNEL" | default "email" -}}
{{- $sms := ternary (list) (list "SMS_URL") (eq $channel "sms") -}}
{{- $webhook := ternary (list) (list "WEBHOOK_URL" "WEBHOOK_SECRET") (eq $channel "webhook") -}}
{{- dict "names" (concat $sms $webhook) | toJson -}}
{{- end }}

{{/* A role of roles.yaml, as JSON: dict "root" $ "name" NAME */}}
{{- define "orders.role" -}}
{{- get (.root.Files.Get "roles.yaml" | fromYaml) .name | toJson -}}
{{- end }}

{{/* The env of a role's container: exactly what it reads. */}}
{{- define "orders.environment" -}}
{{- $role := include "orders.role" . | fromJson -}}
{{- $settings := include "orders.settings" .root | fromJson -}}
{{- range $role.settings }}
{{- if hasKey $settings . }}
- name: {{ . }}
  valueFrom: {configMapKeyRef: {name: orders, key: {{ . }}}}
{{- end }}
{{- end }}
{{- if and $role.origins (hasKey $settings "WEBHOOK_ORIGIN") }}
- name: WEBHOOK_URL
  valueFrom: {configMapKeyRef: {name: orders, key: WEBHOOK_ORIGIN}}
{{- end }}
{{- $secret := include "orders.secretName" .root }}
{{- $optional := (include "orders.optionalSecrets" .root | fromJson).names }}
{{- range $role.secrets }}
{{- $isOwner := and (eq $.name "migrate") (eq . "DATABASE_URL") }}
- name: {{ . }}
  valueFrom: {secretKeyRef: {name: {{ $secret }}, key: {{ ternary $.root.Values.migration.databaseUrlKey . $isOwner }}{{ if has . $optional }}, optional: true{{ end }}}}
{{- end }}
{{- end }}

{{/* Changes when what the role reads changes, so that its pods are replaced. What an existing Secret holds is not known
     here: after a change there, `kubectl rollout restart`. */}}
{{- define "orders.checksum" -}}
{{- $role := include "orders.role" . | fromJson -}}
{{- $values := merge (include "orders.settings" .root | fromJson) (include "orders.secrets" .root | fromJson) -}}
{{- $read := concat $role.settings $role.secrets (ternary (list "WEBHOOK_ORIGIN") (list) (gt (len $role.origins) 0)) -}}
{{- $known := dict -}}
{{- range $read }}{{ if hasKey $values . }}{{ $_ := set $known . (get $values .) }}{{ end }}{{ end -}}
{{- $known | toJson | sha256sum -}}
{{- end }}
