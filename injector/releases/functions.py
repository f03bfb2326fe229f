"""The functions that Istio gives to templates, and the type of each as Go writes it."""

from injector.releases.release import Facts

FUNCTIONS: Facts = {
    "annotation": {"1.0.3": "func(ObjectMeta, string, any) string"},
    "appendMultusNetwork": {"1.8": "func(string, string) string"},
    "applicationPorts": {"1.0.3": "func([]Container) string"},
    "contains": {"1.2": "func(string, string) bool"},
    "directory": {"1.1": "func(string) string"},
    "env": {"1.5": "func(string, string) string"},
    "excludeInboundPort": {"1.0.3": "func(any, string) string"},
    "excludeInterfaces": {"1.15": "func(string) string"},
    "formatDuration": {"1.0.3": "func(Duration) string"},
    "fromJSON": {"1.1": "func(string) any"},
    "includeInboundPorts": {"1.0.3": "func([]Container) string"},
    "indent": {"1.1": "func(int, string) string"},
    "isset": {"1.0.3": "func(map[string]string, string) bool"},
    "kubevirtInterfaces": {"1.1": "func(string) string"},
    "mergeMaps": {"1.21": "func(...map[string]string) map[string]string"},
    "omit": {"1.18": "func(map[string]string, ...string) map[string]string"},
    "omitNil": {"1.28.6/1.29.1": "func(any) any"},
    "otelResourceAttributes": {
        "1.30": "func(MeshConfig, map[string]string, map[string]string, "
        "string, []Container) string"
    },
    "protoToJSON": {"1.4": "func(ProxyConfig) string"},
    "render": {"1.2": "func(string) string", "1.14": None},
    "strdict": {"1.18": "func(...string) map[string]string"},
    "structToJSON": {"1.3": "func(any) string"},
    "toJSON": {"1.1": "func(map[string]string) string"},
    "toJson": {"1.0.3": "func(map[string]string) string", "1.19": None},
    "toJsonMap": {"1.18": "func(...map[string]string) string"},
    "toLower": {"1.3": "func(string) string"},
    "toYaml": {"1.1": "func(any) string"},
    "valueOrDefault": {"1.1": "func(any, any) any"},
}
"""From 1.8 on, templates have sprig's functions too, except for names in this table."""
