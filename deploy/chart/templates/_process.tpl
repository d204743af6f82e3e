{{/* A process of the runner: dict "root" $ "name" NAME "component" COMPONENT "process" PROCESS "listens" true|false */}}

{{/* What is set for one process, over what is set for all, as JSON: dict "root" $ "own" VALUES */}}
{{- define "orders.process" -}}
{{- mustMergeOverwrite (deepCopy .root.Values.defaults) (deepCopy .own) | toJson -}}
{{- end }}

{{- define "orders.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "orders.metadata" . | nindent 2 }}
spec:
  {{- if not .process.autoscaling.enabled }}
  replicas: {{ .process.replicas }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "orders.selector" . | nindent 6 }}
  strategy:
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
  template:
    metadata:
      labels:
        {{- include "orders.selector" . | nindent 8 }}
      annotations:
        checksum/settings: {{ include "orders.checksum" . }}
        {{- if .root.Values.prometheus.enabled }}
        prometheus.io/scrape: "true"
        prometheus.io/port: "9090"
        prometheus.io/path: /metrics
        {{- end }}
    spec:
      {{- include "orders.podSecurity" (dict "user" .root.Values.runAsUser) | nindent 6 }}
      {{- with include "orders.placement" . | trim }}{{ . | nindent 6 }}{{ end }}
      # The kubelet's sleep, the 10 s that a process takes at most to end, and a margin.
      terminationGracePeriodSeconds: {{ add .process.preStopSeconds 15 }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "orders.selector" . | nindent 14 }}
      containers:
        - {{- include "orders.runner" (dict "root" .root "name" .name "resources" .process.resources) | nindent 10 }}
          {{- include "orders.watched" . | nindent 10 }}
      {{- with include "orders.volumes" . | trim }}{{ . | nindent 6 }}{{ end }}
{{- end }}

{{/* Ports, probes and the wait before the end. Liveness asks nobody else; readiness says whether the schema fits. */}}
{{- define "orders.watched" -}}
ports:
  {{- if .listens }}
  - {name: http, containerPort: 8080}
  {{- end }}
  - {name: management, containerPort: 9090}
startupProbe:
  httpGet: {path: /health/live, port: management}
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /health/live, port: management}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet: {path: /health/ready, port: management}
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
lifecycle:
  preStop: {sleep: {seconds: {{ .process.preStopSeconds }}}}
{{- end }}

{{- define "orders.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "orders.metadata" . | nindent 2 }}
spec:
  selector:
    {{- include "orders.selector" . | nindent 4 }}
  ports:
    - {name: http, port: 8080, targetPort: http, appProtocol: http}
{{- end }}

{{- define "orders.budget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "orders.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "orders.selector" . | nindent 6 }}
{{- end }}

{{- define "orders.autoscaler" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "orders.metadata" . | nindent 2 }}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ .name }}}
  minReplicas: {{ .process.autoscaling.minReplicas }}
  maxReplicas: {{ .process.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: {type: Utilization, averageUtilization: {{ .process.autoscaling.targetCPU }}}
{{- end }}

{{/* All objects of one process. */}}
{{- define "orders.objects" -}}
---
{{ include "orders.deployment" . }}
{{- if .listens }}
---
{{ include "orders.service" . }}
{{- end }}
---
{{ include "orders.budget" . }}
{{- if .process.autoscaling.enabled }}
---
{{ include "orders.autoscaler" . }}
{{- end }}
{{ end }}
