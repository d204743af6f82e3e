{{/* What cannot work is refused while it is rendered, with a sentence. What a value may be by itself is said by
     values.schema.json. */}}

{{- define "orders.checks" -}}
{{- include "orders.checkFunctions" . -}}
{{- include "orders.checkSettings" . -}}
{{- include "orders.checkServers" . -}}
{{- include "orders.checkSecrets" . -}}
{{- include "orders.checkScaling" . -}}
{{- include "orders.checkConnections" . -}}
{{- end }}

{{/* Their names are the runner's, all of them. */}}
{{- define "orders.checkFunctions" -}}
{{- $known := list -}}
{{- range $name, $role := .Files.Get "roles.yaml" | fromYaml -}}
{{- if eq (first $role.arguments) "function" }}{{ $known = append $known $name }}{{ end -}}
{{- end -}}
{{- range $name, $own := .Values.functions -}}
{{- if not (has $name $known) -}}
{{- fail (printf "functions.%s is no function of the runner, which has %s." $name (join ", " (sortAlpha $known))) -}}
{{- end -}}
{{- end -}}
{{- range $known -}}
{{- if not (get $.Values.functions .) -}}
{{- fail (printf "functions.%s is missing: the gateway would answer 503 for it." .) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Known to a process of ours, no secrets, and not what the chart decides. */}}
{{- define "orders.checkSettings" -}}
{{- $settings := list -}}
{{- $secrets := list -}}
{{- range .Files.Get "roles.yaml" | fromYaml -}}
{{- $settings = concat $settings .settings -}}
{{- $secrets = concat $secrets .secrets -}}
{{- end -}}
{{- $decided := concat (keys (include "orders.ownSettings" . | fromJson)) (list "PORT" "MANAGEMENT_PORT" "DATA_DIR") -}}
{{- range $name, $value := .Values.settings -}}
{{- if has $name $secrets -}}
{{- fail (printf "settings.%s is a secret: give it as secrets.%s, or in the Secret that existingSecret names." $name $name) -}}
{{- else if or (has $name $decided) (hasPrefix "FUNCTION_URL" $name) -}}
{{- fail (printf "settings.%s is decided by the chart: see publicUrl, keycloak.url and the Services." $name) -}}
{{- else if not (has $name $settings) -}}
{{- fail (printf "settings.%s is read by no process: `runner help function` and `runner help gateway` list the settings." $name) -}}
{{- end -}}
{{- end -}}
{{- if not .Values.publicUrl -}}
{{- fail "publicUrl is empty: it is what clients call, as in https://orders.example.org, and the issuer's base." -}}
{{- end -}}
{{- $host := include "orders.host" . -}}
{{- if and (or .Values.ingress.enabled .Values.httpRoute.enabled) (not (regexMatch "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$" $host)) -}}
{{- fail (printf "publicUrl: Ingress and HTTPRoute know a host by a name in lower case, not as %s." $host) -}}
{{- else if and (or .Values.ingress.enabled .Values.httpRoute.enabled) (regexMatch "^[0-9.]+$" $host) -}}
{{- fail (printf "publicUrl: Ingress and HTTPRoute take no address, and %s is one: name a host, or set ingress.enabled=false." $host) -}}
{{- end -}}
{{- if not .Values.settings.SMTP_FROM -}}
{{- fail "settings.SMTP_FROM is empty: letters are from an address, as in Orders <orders@example.org>." -}}
{{- end -}}
{{- end }}

{{/* The trial's servers are for trials; without them there are others. */}}
{{- define "orders.checkServers" -}}
{{- range list "postgresql" "keycloak" "mail" -}}
{{- if and (eq $.Values.settings.ENVIRONMENT "production") (get $.Values .).enabled -}}
{{- fail (printf "%s.enabled is for trials: in production this server is yours (values-production.yaml)." .) -}}
{{- end -}}
{{- end -}}
{{- if and (not .Values.keycloak.enabled) (not .Values.keycloak.url) -}}
{{- fail "keycloak.url is empty: say where Keycloak is, as in https://keycloak.example.org/auth." -}}
{{- end -}}
{{- if and (not .Values.keycloak.enabled) .Values.networkPolicies.enabled -}}
{{- $url := urlParse .Values.keycloak.url -}}
{{- $port := regexFind "[0-9]+$" (trimPrefix $url.hostname $url.host) | default (ternary "443" "80" (eq $url.scheme "https")) | int -}}
{{- if ne $port (int .Values.networkPolicies.keycloak.port) -}}
{{- fail (printf "networkPolicies.keycloak.port is %d, and keycloak.url leads to port %d: nobody would reach it." (int .Values.networkPolicies.keycloak.port) $port) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.keycloak.enabled .Values.keycloak.url -}}
{{- fail "keycloak.url is given and keycloak.enabled is true: take one of them." -}}
{{- end -}}
{{- if and .Values.keycloak.enabled (not .Values.postgresql.enabled) -}}
{{- fail "keycloak.enabled needs postgresql.enabled: the trial's Keycloak keeps its users there." -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.parentRefs is empty: name the Gateway that it belongs to, as in [{name: public, namespace: gateways}]." -}}
{{- end -}}
{{- end }}

{{/* Each that a process reads is there, or the cluster's own Secret is named. */}}
{{- define "orders.checkSecrets" -}}
{{- $names := list -}}
{{- $secrets := include "orders.secrets" . | fromJson -}}
{{- $optional := (include "orders.optionalSecrets" . | fromJson).names -}}
{{- range $role, $reads := .Files.Get "roles.yaml" | fromYaml -}}
{{- range $reads.secrets -}}
{{- $names = append $names . -}}
{{- if and (not $.Values.existingSecret) (not (hasKey $secrets .)) (not (has . $optional)) (ne $.Values.settings.ENVIRONMENT "production") -}}
{{- fail (printf "secrets.%s is empty, and %s needs it: give it, or name a Secret that has it as existingSecret." . $role) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (eq .Values.settings.ENVIRONMENT "production") (not .Values.existingSecret) -}}
{{- $keys := without (uniq $names) "SMS_URL" "WEBHOOK_URL" "WEBHOOK_SECRET" | sortAlpha | join ", " -}}
{{- fail (printf "existingSecret is empty: in production the chart makes no secrets. Create one with the keys %s, and name it." $keys) -}}
{{- end -}}
{{- if and (ne .Values.migration.databaseUrlKey "DATABASE_URL") (not .Values.existingSecret) -}}
{{- fail "migration.databaseUrlKey names a key of a Secret of yours: give that Secret as existingSecret." -}}
{{- end -}}
{{- if has .Values.existingSecret (list "orders" "postgresql" "keycloak") -}}
{{- fail (printf "existingSecret: %s is a name that this chart gives to a Secret of its own, which it would delete with yours in its place. Name yours otherwise." .Values.existingSecret) -}}
{{- end -}}
{{- $channel := get .Values.settings "NOTIFICATION_CHANNEL" -}}
{{- if and (eq $channel "sms") (not (get .Values.settings "SMS_FROM")) -}}
{{- fail "settings.SMS_FROM is empty: messages come from a number or a name, as in +15550100." -}}
{{- end -}}
{{- if and (eq $channel "webhook") (not (hasKey (include "orders.settings" . | fromJson) "WEBHOOK_ORIGIN")) -}}
{{- fail "webhookOrigin is empty: create-order is told scheme and host of WEBHOOK_URL, as in https://hooks.example.org." -}}
{{- end -}}
{{- end }}

{{/* Every process by its name, with what is set for it, as JSON. */}}
{{- define "orders.processes" -}}
{{- $all := dict -}}
{{- range $name, $own := merge (dict "gateway" .Values.gateway "worker" .Values.worker) .Values.functions -}}
{{- $_ := set $all $name (include "orders.process" (dict "root" $ "own" $own) | fromJson) -}}
{{- end -}}
{{- toJson $all -}}
{{- end }}

{{- define "orders.checkScaling" -}}
{{- range $name, $process := include "orders.processes" . | fromJson -}}
{{- $scaling := $process.autoscaling -}}
{{- if gt (int $scaling.minReplicas) (int $scaling.maxReplicas) -}}
{{- fail (printf "%s: autoscaling.minReplicas, %d, is above maxReplicas, %d." $name (int $scaling.minReplicas) (int $scaling.maxReplicas)) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* What all processes that open the database may take together: each as often as it may run and once more while an
     upgrade replaces it, and the migration's one. Of all parts, whichever this release installs. */}}
{{- define "orders.checkConnections" -}}
{{- $each := get .Values.settings "DATABASE_CONNECTIONS" | default 4 | int -}}
{{- $roles := .Files.Get "roles.yaml" | fromYaml -}}
{{- $pods := 0 -}}
{{- range $name, $process := include "orders.processes" . | fromJson -}}
{{- if has "DATABASE_CONNECTIONS" (get $roles $name).settings -}}
{{- $most := ternary $process.autoscaling.maxReplicas $process.replicas $process.autoscaling.enabled | int -}}
{{- $pods = add $pods $most 1 -}}
{{- end -}}
{{- end -}}
{{- $total := add (mul $pods $each) 1 -}}
{{- $limit := int .Values.database.maxConnections -}}
{{- if gt $total $limit -}}
{{- $sum := printf "functions and worker may be %d processes during an upgrade with %d connections each, and the migration has one" $pods $each -}}
{{- fail (printf "%d connections to the database are more than database.maxConnections, %d: %s. Lower autoscaling.maxReplicas or settings.DATABASE_CONNECTIONS, or raise database.maxConnections where the database takes as many." $total $limit $sum) -}}
{{- end -}}
{{- end }}
