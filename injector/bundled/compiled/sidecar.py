from jinja2.runtime import LoopContext, Macro, Markup, Namespace, TemplateNotFound, TemplateReference, TemplateRuntimeError, Undefined, escape, identity, internalcode, markup_join, missing, str_join
name = None

def root(context, missing=missing, environment=environment):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_values = resolve('values')
    l_0_metadata = resolve('metadata')
    l_0_proxy = resolve('proxy')
    l_0_istio = resolve('istio')
    l_0_excludeInboundPort = resolve('excludeInboundPort')
    l_0_spec = resolve('spec')
    l_0_joiner = resolve('joiner')
    l_0_mesh = resolve('mesh')
    l_0_workload = resolve('workload')
    l_0_fromJSON = resolve('fromJSON')
    l_0_protoToJSON = resolve('protoToJSON')
    l_0_otelResourceAttributes = resolve('otelResourceAttributes')
    l_0_omitNil = resolve('omitNil')
    l_0_revision = resolve('revision')
    l_0_appendMultusNetwork = resolve('appendMultusNetwork')
    l_0_certificate = resolve('certificate')
    l_0_range = resolve('range')
    l_0_global = l_0_options = l_0_cni = l_0_asked = l_0_labels = l_0_mesh_metadata = l_0_native = l_0_hold = l_0_traffic = l_0_interception = l_0_tproxy = l_0_status_port = l_0_included_ranges = l_0_excluded_ranges = l_0_included_ports = l_0_excluded_ports = l_0_outbound_ports = l_0_spared_outbound_ports = l_0_virtual_interfaces = l_0_spared_interfaces = l_0_bootstrap = l_0_agent_level = l_0_chosen_image = l_0_chosen_init_image = l_0_applications = l_0_comma = l_0_pod_ports = l_0_trust_domain = l_0_mesh_variables = l_0_canonical_name = l_0_istiod = l_0_cpu_limit = l_0_memory_limit = l_0_datadog = l_0_environment = l_0_wanted = l_0_resources = l_0_low_ports = l_0_traces_rules = l_0_capabilities = l_0_gke_certificates = l_0_by_istiod = l_0_trust_bundles = l_0_author_mounts = l_0_author_volumes = l_0_lightstep_tls = missing
    try:
        t_1 = environment.filters['(method)']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named '(method)' found.")
    try:
        t_2 = environment.filters['(searched)']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named '(searched)' found.")
    try:
        t_3 = environment.filters['(steps)']
    except KeyError:
        @internalcode
        def t_3(*unused):
            raise TemplateRuntimeError("No filter named '(steps)' found.")
    try:
        t_4 = environment.filters['(together)']
    except KeyError:
        @internalcode
        def t_4(*unused):
            raise TemplateRuntimeError("No filter named '(together)' found.")
    try:
        t_5 = environment.filters['(value)']
    except KeyError:
        @internalcode
        def t_5(*unused):
            raise TemplateRuntimeError("No filter named '(value)' found.")
    try:
        t_6 = environment.filters['dictsort']
    except KeyError:
        @internalcode
        def t_6(*unused):
            raise TemplateRuntimeError("No filter named 'dictsort' found.")
    try:
        t_7 = environment.filters['format']
    except KeyError:
        @internalcode
        def t_7(*unused):
            raise TemplateRuntimeError("No filter named 'format' found.")
    try:
        t_8 = environment.filters['int']
    except KeyError:
        @internalcode
        def t_8(*unused):
            raise TemplateRuntimeError("No filter named 'int' found.")
    try:
        t_9 = environment.filters['join']
    except KeyError:
        @internalcode
        def t_9(*unused):
            raise TemplateRuntimeError("No filter named 'join' found.")
    try:
        t_10 = environment.filters['key']
    except KeyError:
        @internalcode
        def t_10(*unused):
            raise TemplateRuntimeError("No filter named 'key' found.")
    try:
        t_11 = environment.filters['length']
    except KeyError:
        @internalcode
        def t_11(*unused):
            raise TemplateRuntimeError("No filter named 'length' found.")
    try:
        t_12 = environment.filters['list']
    except KeyError:
        @internalcode
        def t_12(*unused):
            raise TemplateRuntimeError("No filter named 'list' found.")
    try:
        t_13 = environment.filters['lower']
    except KeyError:
        @internalcode
        def t_13(*unused):
            raise TemplateRuntimeError("No filter named 'lower' found.")
    try:
        t_14 = environment.filters['map']
    except KeyError:
        @internalcode
        def t_14(*unused):
            raise TemplateRuntimeError("No filter named 'map' found.")
    try:
        t_15 = environment.filters['reject']
    except KeyError:
        @internalcode
        def t_15(*unused):
            raise TemplateRuntimeError("No filter named 'reject' found.")
    try:
        t_16 = environment.filters['select']
    except KeyError:
        @internalcode
        def t_16(*unused):
            raise TemplateRuntimeError("No filter named 'select' found.")
    try:
        t_17 = environment.filters['sort']
    except KeyError:
        @internalcode
        def t_17(*unused):
            raise TemplateRuntimeError("No filter named 'sort' found.")
    try:
        t_18 = environment.filters['string']
    except KeyError:
        @internalcode
        def t_18(*unused):
            raise TemplateRuntimeError("No filter named 'string' found.")
    try:
        t_19 = environment.filters['yaml']
    except KeyError:
        @internalcode
        def t_19(*unused):
            raise TemplateRuntimeError("No filter named 'yaml' found.")
    try:
        t_20 = environment.tests['mapping']
    except KeyError:
        @internalcode
        def t_20(*unused):
            raise TemplateRuntimeError("No test named 'mapping' found.")
    try:
        t_21 = environment.tests['none']
    except KeyError:
        @internalcode
        def t_21(*unused):
            raise TemplateRuntimeError("No test named 'none' found.")
    pass
    yield '\n'
    l_0_global = environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'global')
    context.vars['global'] = l_0_global
    context.exported_vars.add('global')
    yield '\n'
    l_0_options = environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'proxy')
    context.vars['options'] = l_0_options
    context.exported_vars.add('options')
    yield '\n'
    l_0_cni = environment.getattr(environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'pilot'), 'cni')
    context.vars['cni'] = l_0_cni
    context.exported_vars.add('cni')
    yield '\n'
    l_0_asked = environment.getattr((undefined(name='metadata') if l_0_metadata is missing else l_0_metadata), 'annotations')
    context.vars['asked'] = l_0_asked
    context.exported_vars.add('asked')
    yield '\n'
    l_0_labels = environment.getattr((undefined(name='metadata') if l_0_metadata is missing else l_0_metadata), 'labels')
    context.vars['labels'] = l_0_labels
    context.exported_vars.add('labels')
    yield '\n'
    l_0_mesh_metadata = environment.call(context, t_1(environment, (undefined(name='proxy') if l_0_proxy is missing else l_0_proxy), 'get'), 'proxyMetadata', {})
    context.vars['mesh_metadata'] = l_0_mesh_metadata
    context.exported_vars.add('mesh_metadata')
    yield '\n\n\n'
    l_0_native = ((environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/nativeSidecar') or t_13(t_18(environment.getattr((undefined(name='istio') if l_0_istio is missing else l_0_istio), 'nativeSidecars')))) != 'false')
    context.vars['native'] = l_0_native
    context.exported_vars.add('native')
    yield '\n'
    l_0_hold = (environment.call(context, t_1(environment, (undefined(name='proxy') if l_0_proxy is missing else l_0_proxy), 'get'), 'holdApplicationUntilProxyStarts') or environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'holdApplicationUntilProxyStarts'))
    context.vars['hold'] = l_0_hold
    context.exported_vars.add('hold')
    yield '\n\n\n'
    l_0_traffic = 'traffic.sidecar.istio.io/'
    context.vars['traffic'] = l_0_traffic
    context.exported_vars.add('traffic')
    yield '\n'
    l_0_interception = environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/interceptionMode', environment.call(context, t_1(environment, (undefined(name='proxy') if l_0_proxy is missing else l_0_proxy), 'get'), 'interceptionMode', 'REDIRECT'))
    context.vars['interception'] = l_0_interception
    context.exported_vars.add('interception')
    yield '\n'
    l_0_tproxy = ((undefined(name='interception') if l_0_interception is missing else l_0_interception) == 'TPROXY')
    context.vars['tproxy'] = l_0_tproxy
    context.exported_vars.add('tproxy')
    yield '\n'
    l_0_status_port = t_18(environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'status.sidecar.istio.io/port', environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'statusPort')))
    context.vars['status_port'] = l_0_status_port
    context.exported_vars.add('status_port')
    yield '\n'
    l_0_included_ranges = environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), t_4([(undefined(name='traffic') if l_0_traffic is missing else l_0_traffic), 'includeOutboundIPRanges']), environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'includeIPRanges'))
    context.vars['included_ranges'] = l_0_included_ranges
    context.exported_vars.add('included_ranges')
    yield '\n'
    l_0_excluded_ranges = environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), t_4([(undefined(name='traffic') if l_0_traffic is missing else l_0_traffic), 'excludeOutboundIPRanges']), environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'excludeIPRanges'))
    context.vars['excluded_ranges'] = l_0_excluded_ranges
    context.exported_vars.add('excluded_ranges')
    yield '\n'
    l_0_included_ports = environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), t_4([(undefined(name='traffic') if l_0_traffic is missing else l_0_traffic), 'includeInboundPorts']), environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'includeInboundPorts'))
    context.vars['included_ports'] = l_0_included_ports
    context.exported_vars.add('included_ports')
    yield '\n'
    l_0_excluded_ports = environment.call(context, (undefined(name='excludeInboundPort') if l_0_excludeInboundPort is missing else l_0_excludeInboundPort), (undefined(name='status_port') if l_0_status_port is missing else l_0_status_port), environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), t_4([(undefined(name='traffic') if l_0_traffic is missing else l_0_traffic), 'excludeInboundPorts']), environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'excludeInboundPorts')))
    context.vars['excluded_ports'] = l_0_excluded_ports
    context.exported_vars.add('excluded_ports')
    yield '\n\n'
    l_0_outbound_ports = environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), t_4([(undefined(name='traffic') if l_0_traffic is missing else l_0_traffic), 'includeOutboundPorts']), (environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'includeOutboundPorts') or None))
    context.vars['outbound_ports'] = l_0_outbound_ports
    context.exported_vars.add('outbound_ports')
    yield '\n'
    l_0_spared_outbound_ports = environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), t_4([(undefined(name='traffic') if l_0_traffic is missing else l_0_traffic), 'excludeOutboundPorts']), (environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'excludeOutboundPorts') or None))
    context.vars['spared_outbound_ports'] = l_0_spared_outbound_ports
    context.exported_vars.add('spared_outbound_ports')
    yield '\n'
    l_0_virtual_interfaces = environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'istio.io/reroute-virtual-interfaces', environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), t_4([(undefined(name='traffic') if l_0_traffic is missing else l_0_traffic), 'kubevirtInterfaces'])))
    context.vars['virtual_interfaces'] = l_0_virtual_interfaces
    context.exported_vars.add('virtual_interfaces')
    yield '\n'
    l_0_spared_interfaces = environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), t_4([(undefined(name='traffic') if l_0_traffic is missing else l_0_traffic), 'excludeInterfaces']))
    context.vars['spared_interfaces'] = l_0_spared_interfaces
    context.exported_vars.add('spared_interfaces')
    yield '\n\n\n'
    l_0_bootstrap = environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/bootstrapOverride')
    context.vars['bootstrap'] = l_0_bootstrap
    context.exported_vars.add('bootstrap')
    yield '\n'
    l_0_agent_level = environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/agentLogLevel', environment.getattr(environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'logging'), 'level'))
    context.vars['agent_level'] = l_0_agent_level
    context.exported_vars.add('agent_level')
    yield '\n'
    l_0_chosen_image = environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/proxyImage', environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'image'))
    context.vars['chosen_image'] = l_0_chosen_image
    context.exported_vars.add('chosen_image')
    yield '\n'
    l_0_chosen_init_image = environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/proxyImage', environment.getattr(environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'proxy_init'), 'image'))
    context.vars['chosen_init_image'] = l_0_chosen_init_image
    context.exported_vars.add('chosen_init_image')
    yield '\n'
    l_0_applications = t_12(context.eval_ctx, t_15(context, t_14(context, environment.getattr((undefined(name='spec') if l_0_spec is missing else l_0_spec), 'containers'), attribute='name', default=''), 'equalto', 'istio-proxy'))
    context.vars['applications'] = l_0_applications
    context.exported_vars.add('applications')
    yield '\n'
    l_0_comma = environment.call(context, (undefined(name='joiner') if l_0_joiner is missing else l_0_joiner), ',')
    context.vars['comma'] = l_0_comma
    context.exported_vars.add('comma')
    yield '\n'
    t_22 = []
    pass
    t_22.append(
        '[',
    )
    for l_2_container in t_3(environment.getattr((undefined(name='spec') if l_0_spec is missing else l_0_spec), 'containers')):
        _loop_vars = {}
        pass
        for l_3_port in t_3((environment.call(context, t_1(environment, l_2_container, 'get'), 'ports', _loop_vars=_loop_vars) or [])):
            l_3_portToJSON = resolve('portToJSON')
            _loop_vars = {}
            pass
            t_22.extend((
                '\n    ',
                str(environment.finalize(context, environment.call(context, (undefined(name='comma') if l_0_comma is missing else l_0_comma), _loop_vars=_loop_vars))),
                str(environment.finalize(context, environment.call(context, (undefined(name='portToJSON') if l_3_portToJSON is missing else l_3_portToJSON), l_3_port, _loop_vars=_loop_vars))),
            ))
        l_3_port = l_3_portToJSON = missing
    l_2_container = missing
    t_22.append(
        '\n]',
    )
    l_0_pod_ports = (Markup if context.eval_ctx.autoescape else identity)(concat(t_22))
    context.vars['pod_ports'] = l_0_pod_ports
    context.exported_vars.add('pod_ports')
    yield '\n'
    l_0_trust_domain = (environment.call(context, t_1(environment, (undefined(name='mesh') if l_0_mesh is missing else l_0_mesh), 'get'), 'trustDomain') or environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'trustDomain'))
    context.vars['trust_domain'] = l_0_trust_domain
    context.exported_vars.add('trust_domain')
    yield '\n'
    l_0_mesh_variables = t_6((undefined(name='mesh_metadata') if l_0_mesh_metadata is missing else l_0_mesh_metadata), case_sensitive=True)
    context.vars['mesh_variables'] = l_0_mesh_variables
    context.exported_vars.add('mesh_variables')
    yield '\n'
    l_0_canonical_name = (((environment.call(context, t_1(environment, (undefined(name='labels') if l_0_labels is missing else l_0_labels), 'get'), 'service.istio.io/canonical-name') or environment.call(context, t_1(environment, (undefined(name='labels') if l_0_labels is missing else l_0_labels), 'get'), 'app.kubernetes.io/name')) or environment.call(context, t_1(environment, (undefined(name='labels') if l_0_labels is missing else l_0_labels), 'get'), 'app')) or environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'name'))
    context.vars['canonical_name'] = l_0_canonical_name
    context.exported_vars.add('canonical_name')
    yield '\n\n\n'
    l_0_istiod = t_9(t_16(context, ['istiod', t_5(environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'revision'))]), '-')
    context.vars['istiod'] = l_0_istiod
    context.exported_vars.add('istiod')
    yield '\n'
    l_0_cpu_limit = {'resourceFieldRef': t_5({'resource': 'limits.cpu', 'divisor': '1'})}
    context.vars['cpu_limit'] = l_0_cpu_limit
    context.exported_vars.add('cpu_limit')
    yield '\n'
    l_0_memory_limit = {'resourceFieldRef': t_5({'resource': 'limits.memory', 'divisor': '1'})}
    context.vars['memory_limit'] = l_0_memory_limit
    context.exported_vars.add('memory_limit')
    yield '\n'
    l_0_datadog = (t_6((environment.call(context, (undefined(name='fromJSON') if l_0_fromJSON is missing else l_0_fromJSON), environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'apm.datadoghq.com/env', '{}')) or {}), case_sensitive=True) if (environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'tracer') == 'datadog') else [])
    context.vars['datadog'] = l_0_datadog
    context.exported_vars.add('datadog')
    yield '\n'
    l_0_environment = environment.call_binop(context, '+', environment.call_binop(context, '+', environment.call_binop(context, '+', [t_5(('REWRITE_PROBE_LEGACY_LOCALHOST_DESTINATION', t_5(('true' if (environment.getattr((undefined(name='istio') if l_0_istio is missing else l_0_istio), 'inboundTrafficPolicyMode') == 'localhost') else None)))), t_5(('PILOT_CERT_PROVIDER', t_5(environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'pilotCertProvider')))), t_5(('CA_ADDR', t_5((environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'caAddress') or t_4([(undefined(name='istiod') if l_0_istiod is missing else l_0_istiod), '.', environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'istioNamespace'), '.svc:15012']))))), t_5(('POD_NAME', t_5({'fieldRef': t_5({'fieldPath': 'metadata.name'})}))), t_5(('POD_NAMESPACE', t_5({'fieldRef': t_5({'fieldPath': 'metadata.namespace'})}))), t_5(('INSTANCE_IP', t_5({'fieldRef': t_5({'fieldPath': 'status.podIP'})}))), t_5(('SERVICE_ACCOUNT', t_5({'fieldRef': t_5({'fieldPath': 'spec.serviceAccountName'})}))), t_5(('HOST_IP', t_5({'fieldRef': t_5({'fieldPath': 'status.hostIP'})}))), t_5(('ISTIO_CPU_LIMIT', t_5((undefined(name='cpu_limit') if l_0_cpu_limit is missing else l_0_cpu_limit)))), t_5(('PROXY_CONFIG', t_5(t_4([environment.call(context, (undefined(name='protoToJSON') if l_0_protoToJSON is missing else l_0_protoToJSON), (undefined(name='proxy') if l_0_proxy is missing else l_0_proxy)), '\n'])))), t_5(('ISTIO_META_POD_PORTS', t_5((undefined(name='pod_ports') if l_0_pod_ports is missing else l_0_pod_ports)))), t_5(('ISTIO_META_APP_CONTAINERS', t_5(t_9((undefined(name='applications') if l_0_applications is missing else l_0_applications), ',')))), t_5(('GOMEMLIMIT', t_5((undefined(name='memory_limit') if l_0_memory_limit is missing else l_0_memory_limit)))), t_5(('GOMAXPROCS', t_5((undefined(name='cpu_limit') if l_0_cpu_limit is missing else l_0_cpu_limit)))), t_5(('COMPLIANCE_POLICY', t_5((environment.getattr((undefined(name='istio') if l_0_istio is missing else l_0_istio), 'compliancePolicy') or None)))), t_5(('ISTIO_META_CLUSTER_ID', t_5((environment.getattr(environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'multiCluster'), 'clusterName') or 'Kubernetes')))), t_5(('ISTIO_META_NODE_NAME', t_5({'fieldRef': t_5({'fieldPath': 'spec.nodeName'})}))), t_5(('ISTIO_META_INTERCEPTION_MODE', t_5((undefined(name='interception') if l_0_interception is missing else l_0_interception)))), t_5(('ISTIO_META_NETWORK', t_5((environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'network') or None)))), t_5(('ISTIO_META_WORKLOAD_NAME', t_5(((environment.call(context, t_1(environment, (undefined(name='labels') if l_0_labels is missing else l_0_labels), 'get'), 'service.istio.io/workload-name') or environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'name')) or None)))), t_5(('ISTIO_META_OWNER', t_5((t_7('kubernetes://apis/%s/namespaces/%s/%ss/%s', environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'apiVersion'), (environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'namespace') or 'default'), t_13(environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'kind')), environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'name')) if (environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'apiVersion') and environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'name')) else None)))), t_5(('ISTIO_BOOTSTRAP_OVERRIDE', t_5(('/etc/istio/custom-bootstrap/custom_bootstrap.json' if (not t_21((undefined(name='bootstrap') if l_0_bootstrap is missing else l_0_bootstrap))) else None)))), t_5(('ISTIO_META_MESH_ID', t_5(((environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'meshID') or (undefined(name='trust_domain') if l_0_trust_domain is missing else l_0_trust_domain)) or None)))), t_5(('TRUST_DOMAIN', t_5(((undefined(name='trust_domain') if l_0_trust_domain is missing else l_0_trust_domain) or None))))], (undefined(name='datadog') if l_0_datadog is missing else l_0_datadog)), [t_5(('OTEL_RESOURCE_ATTRIBUTES', t_5((environment.call(context, (undefined(name='otelResourceAttributes') if l_0_otelResourceAttributes is missing else l_0_otelResourceAttributes), (undefined(name='mesh') if l_0_mesh is missing else l_0_mesh), (undefined(name='asked') if l_0_asked is missing else l_0_asked), (undefined(name='labels') if l_0_labels is missing else l_0_labels), environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'namespace'), environment.getattr((undefined(name='spec') if l_0_spec is missing else l_0_spec), 'containers')) or None))))]), (undefined(name='mesh_variables') if l_0_mesh_variables is missing else l_0_mesh_variables))
    context.vars['environment'] = l_0_environment
    context.exported_vars.add('environment')
    yield '\n\n\n'
    l_0_wanted = {'requests': t_5({'cpu': t_5(environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/proxyCPU')), 'memory': t_5(environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/proxyMemory'))}), 'limits': t_5({'cpu': t_5(environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/proxyCPULimit')), 'memory': t_5(environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/proxyMemoryLimit'))})}
    context.vars['wanted'] = l_0_wanted
    context.exported_vars.add('wanted')
    yield '\n'
    l_0_resources = (environment.call(context, (undefined(name='omitNil') if l_0_omitNil is missing else l_0_omitNil), (undefined(name='wanted') if l_0_wanted is missing else l_0_wanted)) or environment.call(context, (undefined(name='omitNil') if l_0_omitNil is missing else l_0_omitNil), (environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'resources') or {})))
    context.vars['resources'] = l_0_resources
    context.exported_vars.add('resources')
    yield '\n'
    l_0_low_ports = (environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/capNetBindService', t_13(t_18(environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'capNetBindService')))) == 'true')
    context.vars['low_ports'] = l_0_low_ports
    context.exported_vars.add('low_ports')
    yield '\n'
    l_0_traces_rules = (environment.call(context, t_1(environment, (undefined(name='mesh_metadata') if l_0_mesh_metadata is missing else l_0_mesh_metadata), 'get'), 'IPTABLES_TRACE_LOGGING') == 'true')
    context.vars['traces_rules'] = l_0_traces_rules
    context.exported_vars.add('traces_rules')
    yield '\n'
    l_0_capabilities = (['NET_ADMIN'] if (undefined(name='traces_rules') if l_0_traces_rules is missing else l_0_traces_rules) else environment.call_binop(context, '+', environment.call_binop(context, '*', ['NET_ADMIN'], (undefined(name='tproxy') if l_0_tproxy is missing else l_0_tproxy)), environment.call_binop(context, '*', ['NET_BIND_SERVICE'], (undefined(name='low_ports') if l_0_low_ports is missing else l_0_low_ports))))
    context.vars['capabilities'] = l_0_capabilities
    context.exported_vars.add('capabilities')
    yield '\n\n\n'
    l_0_gke_certificates = (environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'caName') == 'GkeWorkloadCertificate')
    context.vars['gke_certificates'] = l_0_gke_certificates
    context.exported_vars.add('gke_certificates')
    yield '\n'
    l_0_by_istiod = (environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'pilotCertProvider') == 'istiod')
    context.vars['by_istiod'] = l_0_by_istiod
    context.exported_vars.add('by_istiod')
    yield '\n'
    l_0_trust_bundles = (t_18(environment.call(context, t_1(environment, (environment.getattr(environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'pilot'), 'env') or {}), 'get'), 'ENABLE_CLUSTER_TRUST_BUNDLE_API')) == 'true')
    context.vars['trust_bundles'] = l_0_trust_bundles
    context.exported_vars.add('trust_bundles')
    yield '\n\n'
    l_0_author_mounts = (environment.call(context, (undefined(name='fromJSON') if l_0_fromJSON is missing else l_0_fromJSON), environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/userVolumeMount', '{}')) or {})
    context.vars['author_mounts'] = l_0_author_mounts
    context.exported_vars.add('author_mounts')
    yield '\n'
    l_0_author_volumes = (environment.call(context, (undefined(name='fromJSON') if l_0_fromJSON is missing else l_0_fromJSON), environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/userVolume', '{}')) or {})
    context.vars['author_volumes'] = l_0_author_volumes
    context.exported_vars.add('author_volumes')
    yield '\n'
    l_0_lightstep_tls = (environment.call(context, t_1(environment, environment.call(context, t_1(environment, (undefined(name='proxy') if l_0_proxy is missing else l_0_proxy), 'get'), 'tracing', {}), 'get'), 'tlsSettings') if (environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'tracer') == 'lightstep') else None)
    context.vars['lightstep_tls'] = l_0_lightstep_tls
    context.exported_vars.add('lightstep_tls')
    yield '\n\nmetadata:\n  labels:\n    security.istio.io/tlsMode: '
    yield str(environment.finalize(context, (environment.call(context, t_1(environment, (undefined(name='labels') if l_0_labels is missing else l_0_labels), 'get'), 'security.istio.io/tlsMode') or 'istio')))
    yield '\n'
    if (environment.call(context, t_1(environment, (undefined(name='mesh_metadata') if l_0_mesh_metadata is missing else l_0_mesh_metadata), 'get'), 'ISTIO_META_ENABLE_HBONE') == 'true'):
        pass
        yield '\n    networking.istio.io/tunnel: '
        yield str(environment.finalize(context, (environment.call(context, t_1(environment, (undefined(name='labels') if l_0_labels is missing else l_0_labels), 'get'), 'networking.istio.io/tunnel') or 'http')))
        yield '\n'
    yield '\n    service.istio.io/canonical-name: '
    yield str(environment.finalize(context, environment.call(context, t_1(environment, (undefined(name='canonical_name') if l_0_canonical_name is missing else l_0_canonical_name)[:63], 'removesuffix'), '-')))
    yield '\n    service.istio.io/canonical-revision: '
    yield str(environment.finalize(context, (((environment.call(context, t_1(environment, (undefined(name='labels') if l_0_labels is missing else l_0_labels), 'get'), 'service.istio.io/canonical-revision') or environment.call(context, t_1(environment, (undefined(name='labels') if l_0_labels is missing else l_0_labels), 'get'), 'app.kubernetes.io/version')) or environment.call(context, t_1(environment, (undefined(name='labels') if l_0_labels is missing else l_0_labels), 'get'), 'version')) or 'latest')))
    yield '\n  annotations:\n    istio.io/rev: '
    yield str(environment.finalize(context, ((undefined(name='revision') if l_0_revision is missing else l_0_revision) or 'default')))
    yield '\n'
    for l_1_kind in t_3(['default-logs-container', 'default-container']):
        _loop_vars = {}
        pass
        yield '\n'
        if ((undefined(name='applications') if l_0_applications is missing else l_0_applications) and (t_4(['kubectl.kubernetes.io/', l_1_kind]) not in t_2((undefined(name='asked') if l_0_asked is missing else l_0_asked)))):
            pass
            yield '\n    kubectl.kubernetes.io/'
            yield str(environment.finalize(context, t_10(l_1_kind)))
            yield ': '
            yield str(environment.finalize(context, environment.getitem((undefined(name='applications') if l_0_applications is missing else l_0_applications), 0)))
            yield '\n'
        yield '\n'
    l_1_kind = missing
    yield '\n'
    if environment.getattr((undefined(name='cni') if l_0_cni is missing else l_0_cni), 'enabled'):
        pass
        yield '\n    \n'
        if (environment.getattr((undefined(name='cni') if l_0_cni is missing else l_0_cni), 'provider') == 'multus'):
            pass
            yield '\n    k8s.v1.cni.cncf.io/networks: '
            yield str(environment.finalize(context, environment.call(context, (undefined(name='appendMultusNetwork') if l_0_appendMultusNetwork is missing else l_0_appendMultusNetwork), environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'k8s.v1.cni.cncf.io/networks', ''), 'default/istio-cni')))
            yield '\n'
        yield '\n    sidecar.istio.io/interceptionMode: '
        yield str(environment.finalize(context, (undefined(name='interception') if l_0_interception is missing else l_0_interception)))
        yield '\n    traffic.sidecar.istio.io/includeInboundPorts: '
        yield str(environment.finalize(context, t_18((undefined(name='included_ports') if l_0_included_ports is missing else l_0_included_ports))))
        yield '\n    traffic.sidecar.istio.io/excludeInboundPorts: '
        yield str(environment.finalize(context, (undefined(name='excluded_ports') if l_0_excluded_ports is missing else l_0_excluded_ports)))
        yield '\n'
        def t_23(fiter):
            for (l_1_name, l_1_value) in fiter:
                if (not t_21(l_1_value)):
                    yield (l_1_name, l_1_value)
        for (l_1_name, l_1_value) in t_23(t_3(environment.call(context, t_1(environment, {'traffic.sidecar.istio.io/includeOutboundIPRanges': t_5(((undefined(name='included_ranges') if l_0_included_ranges is missing else l_0_included_ranges) or None)), 'traffic.sidecar.istio.io/excludeOutboundIPRanges': t_5(((undefined(name='excluded_ranges') if l_0_excluded_ranges is missing else l_0_excluded_ranges) or None)), 'traffic.sidecar.istio.io/includeOutboundPorts': t_5((undefined(name='outbound_ports') if l_0_outbound_ports is missing else l_0_outbound_ports)), 'traffic.sidecar.istio.io/excludeOutboundPorts': t_5((undefined(name='spared_outbound_ports') if l_0_spared_outbound_ports is missing else l_0_spared_outbound_ports)), 'traffic.sidecar.istio.io/kubevirtInterfaces': t_5((environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'traffic.sidecar.istio.io/kubevirtInterfaces') or None)), 'istio.io/reroute-virtual-interfaces': t_5((environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'istio.io/reroute-virtual-interfaces') or None)), 'traffic.sidecar.istio.io/excludeInterfaces': t_5(((undefined(name='spared_interfaces') if l_0_spared_interfaces is missing else l_0_spared_interfaces) or None))}, 'items')))):
            _loop_vars = {}
            pass
            yield '\n    '
            yield str(environment.finalize(context, t_10(l_1_name)))
            yield ': '
            yield str(environment.finalize(context, t_18(l_1_value)))
            yield '\n'
        l_1_name = l_1_value = missing
        yield '\n'
    yield '\n\nspec:\n  initContainers:\n'
    if (((undefined(name='interception') if l_0_interception is missing else l_0_interception) == 'NONE') and (not (undefined(name='native') if l_0_native is missing else l_0_native))):
        pass
        yield '\n    []\n'
    yield '\n'
    if ((undefined(name='interception') if l_0_interception is missing else l_0_interception) != 'NONE'):
        pass
        yield '\n  - name: '
        yield str(environment.finalize(context, ('istio-validation' if environment.getattr((undefined(name='cni') if l_0_cni is missing else l_0_cni), 'enabled') else 'istio-init')))
        yield '\n    \n    image: '
        yield str(environment.finalize(context, ((undefined(name='chosen_init_image') if l_0_chosen_init_image is missing else l_0_chosen_init_image) if ('/' in t_2((undefined(name='chosen_init_image') if l_0_chosen_init_image is missing else l_0_chosen_init_image))) else environment.getattr((undefined(name='istio') if l_0_istio is missing else l_0_istio), 'initImage'))))
        yield '\n    args:\n    - istio-iptables\n'
        def t_24(fiter):
            for (l_1_flag, l_1_value) in fiter:
                if (not t_21(l_1_value)):
                    yield (l_1_flag, l_1_value)
        for (l_1_flag, l_1_value) in t_24(t_3([t_5(('-p', t_5((environment.call(context, t_1(environment, (undefined(name='mesh') if l_0_mesh is missing else l_0_mesh), 'get'), 'proxyListenPort') or 15001)))), t_5(('-z', t_5((environment.call(context, t_1(environment, (undefined(name='mesh') if l_0_mesh is missing else l_0_mesh), 'get'), 'proxyInboundListenPort') or 15006)))), t_5(('-u', t_5((1337 if (undefined(name='tproxy') if l_0_tproxy is missing else l_0_tproxy) else environment.getattr((undefined(name='istio') if l_0_istio is missing else l_0_istio), 'uid'))))), t_5(('-m', t_5((undefined(name='interception') if l_0_interception is missing else l_0_interception)))), t_5(('-i', t_5((undefined(name='included_ranges') if l_0_included_ranges is missing else l_0_included_ranges)))), t_5(('-x', t_5((undefined(name='excluded_ranges') if l_0_excluded_ranges is missing else l_0_excluded_ranges)))), t_5(('-b', t_5((undefined(name='included_ports') if l_0_included_ports is missing else l_0_included_ports)))), t_5(('-d', t_5(t_9(t_16(context, ['15090,15021', t_5((undefined(name='excluded_ports') if l_0_excluded_ports is missing else l_0_excluded_ports))]), ',')))), t_5(('-q', t_5((undefined(name='outbound_ports') if l_0_outbound_ports is missing else l_0_outbound_ports)))), t_5(('-o', t_5((undefined(name='spared_outbound_ports') if l_0_spared_outbound_ports is missing else l_0_spared_outbound_ports)))), t_5(('-k', t_5((undefined(name='virtual_interfaces') if l_0_virtual_interfaces is missing else l_0_virtual_interfaces)))), t_5(('-c', t_5((undefined(name='spared_interfaces') if l_0_spared_interfaces is missing else l_0_spared_interfaces))))])):
            _loop_vars = {}
            pass
            yield '\n    - '
            yield str(environment.finalize(context, l_1_flag))
            yield '\n    - '
            yield str(environment.finalize(context, t_18(l_1_value)))
            yield '\n'
        l_1_flag = l_1_value = missing
        yield '\n    - --log_output_level='
        yield str(environment.finalize(context, (undefined(name='agent_level') if l_0_agent_level is missing else l_0_agent_level)))
        yield '\n'
        def t_25(fiter):
            for (l_1_flag, l_1_wanted) in fiter:
                if l_1_wanted:
                    yield (l_1_flag, l_1_wanted)
        for (l_1_flag, l_1_wanted) in t_25(t_3([t_5(('--log_as_json', t_5(environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'logAsJson')))), t_5(('--run-validation', t_5(environment.getattr((undefined(name='cni') if l_0_cni is missing else l_0_cni), 'enabled')))), t_5(('--skip-rule-apply', t_5(environment.getattr((undefined(name='cni') if l_0_cni is missing else l_0_cni), 'enabled')))), t_5(('--force-apply', t_5((environment.getattr(environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'proxy_init'), 'forceApplyIptables') and (not environment.getattr((undefined(name='cni') if l_0_cni is missing else l_0_cni), 'enabled')))))), t_5(('--native-nftables', t_5(environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'nativeNftables'))))])):
            _loop_vars = {}
            pass
            yield '\n    - '
            yield str(environment.finalize(context, l_1_flag))
            yield '\n'
        l_1_flag = l_1_wanted = missing
        yield '\n'
        if environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'imagePullPolicy'):
            pass
            yield '\n    imagePullPolicy: '
            yield str(environment.finalize(context, environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'imagePullPolicy')))
            yield '\n'
        yield '\n'
        if (undefined(name='mesh_variables') if l_0_mesh_variables is missing else l_0_mesh_variables):
            pass
            yield '\n    env:\n'
            for (l_1_name, l_1_value) in t_3((undefined(name='mesh_variables') if l_0_mesh_variables is missing else l_0_mesh_variables)):
                _loop_vars = {}
                pass
                yield '\n    - name: '
                yield str(environment.finalize(context, l_1_name))
                yield '\n      value: '
                yield str(environment.finalize(context, l_1_value))
                yield '\n'
            l_1_name = l_1_value = missing
            yield '\n'
        yield '\n    resources: '
        yield str(environment.finalize(context, (undefined(name='resources') if l_0_resources is missing else l_0_resources)))
        yield '\n    securityContext:\n      allowPrivilegeEscalation: '
        yield str(environment.finalize(context, environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'privileged')))
        yield '\n      privileged: '
        yield str(environment.finalize(context, environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'privileged')))
        yield '\n'
        if environment.getattr((undefined(name='cni') if l_0_cni is missing else l_0_cni), 'enabled'):
            pass
            yield '\n      capabilities: {drop: [ALL]}\n      readOnlyRootFilesystem: true\n      runAsNonRoot: true\n      runAsUser: '
            yield str(environment.finalize(context, (1337 if (undefined(name='tproxy') if l_0_tproxy is missing else l_0_tproxy) else environment.getattr((undefined(name='istio') if l_0_istio is missing else l_0_istio), 'uid'))))
            yield '\n      runAsGroup: '
            yield str(environment.finalize(context, (1337 if (undefined(name='tproxy') if l_0_tproxy is missing else l_0_tproxy) else environment.getattr((undefined(name='istio') if l_0_istio is missing else l_0_istio), 'gid'))))
            yield '\n'
        else:
            pass
            yield '\n      capabilities: {add: [NET_ADMIN, NET_RAW], drop: [ALL]}\n      readOnlyRootFilesystem: false\n      runAsNonRoot: false\n      runAsUser: 0\n      runAsGroup: 0\n'
        yield '\n'
        if environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'seccompProfile'):
            pass
            yield '\n      seccompProfile: '
            yield str(environment.finalize(context, environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'seccompProfile')))
            yield '\n'
        yield '\n'
    yield '\n\n'
    if (not (undefined(name='native') if l_0_native is missing else l_0_native)):
        pass
        yield '\n  containers:\n'
    yield '\n  - name: istio-proxy\n    image: '
    yield str(environment.finalize(context, ((undefined(name='chosen_image') if l_0_chosen_image is missing else l_0_chosen_image) if ('/' in t_2((undefined(name='chosen_image') if l_0_chosen_image is missing else l_0_chosen_image))) else environment.getattr((undefined(name='istio') if l_0_istio is missing else l_0_istio), 'image'))))
    yield '\n'
    if environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'imagePullPolicy'):
        pass
        yield '\n    imagePullPolicy: '
        yield str(environment.finalize(context, environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'imagePullPolicy')))
        yield '\n'
    yield '\n'
    if (undefined(name='native') if l_0_native is missing else l_0_native):
        pass
        yield '\n    restartPolicy: Always\n'
    yield '\n    ports:\n    - {name: http-envoy-prom, containerPort: 15090, protocol: TCP}\n    args:\n    - proxy\n    - sidecar\n    - --domain\n    - $(POD_NAMESPACE).svc.'
    yield str(environment.finalize(context, environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'clusterDomain')))
    yield '\n    - --proxyLogLevel='
    yield str(environment.finalize(context, environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/logLevel', environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'logLevel'))))
    yield '\n    - --proxyComponentLogLevel='
    yield str(environment.finalize(context, environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/componentLogLevel', environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'componentLogLevel'))))
    yield '\n    - --log_output_level='
    yield str(environment.finalize(context, (undefined(name='agent_level') if l_0_agent_level is missing else l_0_agent_level)))
    yield '\n'
    if environment.getattr(environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'sts'), 'servicePort'):
        pass
        yield '\n    - --stsPort='
        yield str(environment.finalize(context, environment.getattr(environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'sts'), 'servicePort')))
        yield '\n'
    yield '\n'
    if environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'logAsJson'):
        pass
        yield '\n    - --log_as_json\n'
    yield '\n'
    if environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'outlierLogPath'):
        pass
        yield '\n    - --outlierLogPath='
        yield str(environment.finalize(context, environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'outlierLogPath')))
        yield '\n'
    yield '\n'
    if environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'lifecycle'):
        pass
        yield '\n    lifecycle: '
        yield str(environment.finalize(context, environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'lifecycle')))
        yield '\n'
    elif (undefined(name='native') if l_0_native is missing else l_0_native):
        pass
        yield '\n    \n    lifecycle:\n      preStop:\n        exec:\n          command: [pilot-agent, request, "--debug-port='
        yield str(environment.finalize(context, (undefined(name='status_port') if l_0_status_port is missing else l_0_status_port)))
        yield '", POST, drain]\n'
    elif (undefined(name='hold') if l_0_hold is missing else l_0_hold):
        pass
        yield '\n    lifecycle:\n      postStart:\n        exec:\n          command: [pilot-agent, wait]\n'
    yield '\n    env:\n'
    def t_26(fiter):
        for (l_1_name, l_1_value) in fiter:
            if (not t_21(l_1_value)):
                yield (l_1_name, l_1_value)
    for (l_1_name, l_1_value) in t_26(t_3((undefined(name='environment') if l_0_environment is missing else l_0_environment))):
        _loop_vars = {}
        pass
        yield '\n    - name: '
        yield str(environment.finalize(context, l_1_name))
        yield '\n'
        if t_20(l_1_value):
            pass
            yield '\n      valueFrom: '
            yield str(environment.finalize(context, l_1_value))
            yield '\n'
        else:
            pass
            yield '\n      value: '
            yield str(environment.finalize(context, t_18(l_1_value)))
            yield '\n'
        yield '\n'
    l_1_name = l_1_value = missing
    yield '\n'
    if ((undefined(name='status_port') if l_0_status_port is missing else l_0_status_port) != '0'):
        pass
        yield '\n'
        if environment.getattr(environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'startupProbe'), 'enabled'):
            pass
            yield '\n    startupProbe:\n      httpGet: {path: /healthz/ready, port: 15021}\n      periodSeconds: 1\n      timeoutSeconds: 3\n      failureThreshold: '
            yield str(environment.finalize(context, environment.getattr(environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'startupProbe'), 'failureThreshold')))
            yield '\n'
        yield '\n    \n    readinessProbe:\n      httpGet: {path: /healthz/ready, port: 15021}\n      initialDelaySeconds: '
        yield str(environment.finalize(context, t_8(t_19(t_18(environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'readiness.status.sidecar.istio.io/initialDelaySeconds', environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'readinessInitialDelaySeconds')))))))
        yield '\n      periodSeconds: '
        yield str(environment.finalize(context, t_8(t_19(t_18(environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'readiness.status.sidecar.istio.io/periodSeconds', environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'readinessPeriodSeconds')))))))
        yield '\n      timeoutSeconds: 3\n      failureThreshold: '
        yield str(environment.finalize(context, t_8(t_19(t_18(environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'readiness.status.sidecar.istio.io/failureThreshold', environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'readinessFailureThreshold')))))))
        yield '\n'
    yield '\n    securityContext:\n      allowPrivilegeEscalation: '
    yield str(environment.finalize(context, ((undefined(name='traces_rules') if l_0_traces_rules is missing else l_0_traces_rules) or environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'privileged'))))
    yield '\n      privileged: '
    yield str(environment.finalize(context, ((undefined(name='traces_rules') if l_0_traces_rules is missing else l_0_traces_rules) or environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'privileged'))))
    yield '\n      capabilities:\n'
    if (undefined(name='capabilities') if l_0_capabilities is missing else l_0_capabilities):
        pass
        yield '\n        add: '
        yield str(environment.finalize(context, (undefined(name='capabilities') if l_0_capabilities is missing else l_0_capabilities)))
        yield '\n'
    yield '\n        drop: [ALL]\n      readOnlyRootFilesystem: true\n      runAsNonRoot: '
    yield str(environment.finalize(context, (not (undefined(name='capabilities') if l_0_capabilities is missing else l_0_capabilities))))
    yield '\n      runAsUser: '
    yield str(environment.finalize(context, (0 if (undefined(name='capabilities') if l_0_capabilities is missing else l_0_capabilities) else environment.getattr((undefined(name='istio') if l_0_istio is missing else l_0_istio), 'uid'))))
    yield '\n      runAsGroup: '
    yield str(environment.finalize(context, (1337 if ((undefined(name='capabilities') if l_0_capabilities is missing else l_0_capabilities) and (not (undefined(name='traces_rules') if l_0_traces_rules is missing else l_0_traces_rules))) else environment.getattr((undefined(name='istio') if l_0_istio is missing else l_0_istio), 'gid'))))
    yield '\n'
    if environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'seccompProfile'):
        pass
        yield '\n      seccompProfile: '
        yield str(environment.finalize(context, environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'seccompProfile')))
        yield '\n'
    yield '\n    resources: '
    yield str(environment.finalize(context, (undefined(name='resources') if l_0_resources is missing else l_0_resources)))
    yield '\n    volumeMounts:\n    - {name: workload-socket, mountPath: /var/run/secrets/workload-spiffe-uds}\n    - {name: credential-socket, mountPath: /var/run/secrets/credential-uds}\n'
    if (undefined(name='gke_certificates') if l_0_gke_certificates is missing else l_0_gke_certificates):
        pass
        yield '\n    - name: gke-workload-certificate\n      mountPath: /var/run/secrets/workload-spiffe-credentials\n      readOnly: true\n'
    else:
        pass
        yield '\n    - {name: workload-certs, mountPath: /var/run/secrets/workload-spiffe-credentials}\n'
    yield '\n'
    if (undefined(name='by_istiod') if l_0_by_istiod is missing else l_0_by_istiod):
        pass
        yield '\n    - {name: istiod-ca-cert, mountPath: /var/run/secrets/istio}\n    - {name: istio-ca-crl, mountPath: /var/run/secrets/istio/crl}\n'
    yield '\n    - {name: istio-data, mountPath: /var/lib/istio/data}\n'
    if (not t_21((undefined(name='bootstrap') if l_0_bootstrap is missing else l_0_bootstrap))):
        pass
        yield '\n    - {name: custom-bootstrap-volume, mountPath: /etc/istio/custom-bootstrap}\n'
    yield '\n    - {name: istio-envoy, mountPath: /etc/istio/proxy}\n    - {name: istio-token, mountPath: /var/run/secrets/tokens}\n'
    if environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'mountMtlsCerts'):
        pass
        yield '\n    - {name: istio-certs, mountPath: /etc/certs/, readOnly: true}\n'
    yield '\n    - {name: istio-podinfo, mountPath: /etc/istio/pod}\n'
    if (not t_21((undefined(name='lightstep_tls') if l_0_lightstep_tls is missing else l_0_lightstep_tls))):
        pass
        yield '\n'
        l_0_certificate = environment.call(context, t_1(environment, (undefined(name='lightstep_tls') if l_0_lightstep_tls is missing else l_0_lightstep_tls), 'get'), 'caCertificates', '')
        context.vars['certificate'] = l_0_certificate
        context.exported_vars.add('certificate')
        yield '\n    - name: lightstep-certs\n      \n      mountPath: '
        yield str(environment.finalize(context, (undefined(name='certificate') if l_0_certificate is missing else l_0_certificate)[:environment.call_binop(context, '+', environment.call(context, t_1(environment, (undefined(name='certificate') if l_0_certificate is missing else l_0_certificate), 'rfind'), '/'), 1)]))
        yield '\n      readOnly: true\n'
    yield '\n'
    for l_1_name in t_3((t_17(environment, (undefined(name='author_mounts') if l_0_author_mounts is missing else l_0_author_mounts), case_sensitive=True) if t_20((undefined(name='author_mounts') if l_0_author_mounts is missing else l_0_author_mounts)) else environment.call(context, (undefined(name='range') if l_0_range is missing else l_0_range), t_11((undefined(name='author_mounts') if l_0_author_mounts is missing else l_0_author_mounts))))):
        l_1_dict = resolve('dict')
        l_1_fail = resolve('fail')
        l_1_mount = missing
        _loop_vars = {}
        pass
        yield '\n'
        l_1_mount = environment.getitem((undefined(name='author_mounts') if l_0_author_mounts is missing else l_0_author_mounts), l_1_name)
        _loop_vars['mount'] = l_1_mount
        yield '\n    - '
        yield str(environment.finalize(context, environment.call(context, (undefined(name='dict') if l_1_dict is missing else l_1_dict), {'name': t_5(t_18(l_1_name))}, _loop_vars=_loop_vars, **((undefined(name='mount') if l_1_mount is missing else l_1_mount) if ((undefined(name='mount') if l_1_mount is missing else l_1_mount) and t_20((undefined(name='mount') if l_1_mount is missing else l_1_mount))) else environment.call(context, (undefined(name='fail') if l_1_fail is missing else l_1_fail), t_4(['annotation sidecar.istio.io/userVolumeMount is no JSON mapping of ', 'names to mounts']), _loop_vars=_loop_vars)))))
        yield '\n'
    l_1_name = l_1_mount = l_1_dict = l_1_fail = missing
    yield '\n  volumes:\n  \n  - {name: workload-socket, emptyDir: null}\n  - {name: credential-socket, emptyDir: null}\n'
    if (undefined(name='gke_certificates') if l_0_gke_certificates is missing else l_0_gke_certificates):
        pass
        yield '\n  - name: gke-workload-certificate\n    csi: {driver: workloadcertificates.security.cloud.google.com}\n'
    else:
        pass
        yield '\n  - {name: workload-certs, emptyDir: null}\n'
    yield '\n'
    if (not t_21((undefined(name='bootstrap') if l_0_bootstrap is missing else l_0_bootstrap))):
        pass
        yield '\n  - name: custom-bootstrap-volume\n    configMap:\n      name: '
        yield str(environment.finalize(context, (undefined(name='bootstrap') if l_0_bootstrap is missing else l_0_bootstrap)))
        yield '\n'
    yield '\n  - {name: istio-envoy, emptyDir: {medium: Memory}}\n  - {name: istio-data, emptyDir: {}}\n  - name: istio-podinfo\n    downwardAPI:\n      items:\n      - {path: labels, fieldRef: {fieldPath: metadata.labels}}\n      - {path: annotations, fieldRef: {fieldPath: metadata.annotations}}\n  - name: istio-token\n    projected:\n      sources:\n      - serviceAccountToken:\n          path: istio-token\n          expirationSeconds: 43200\n          audience: '
    yield str(environment.finalize(context, environment.getattr(environment.getattr(environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'sds'), 'token'), 'aud')))
    yield '\n'
    if ((undefined(name='by_istiod') if l_0_by_istiod is missing else l_0_by_istiod) and (undefined(name='trust_bundles') if l_0_trust_bundles is missing else l_0_trust_bundles)):
        pass
        yield '\n  - name: istiod-ca-cert\n    projected:\n      sources:\n      - clusterTrustBundle:\n          name: istio.io:istiod-ca:'
        yield str(environment.finalize(context, (environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'trustBundleName') or 'root-cert')))
        yield '\n          path: root-cert.pem\n'
    elif (undefined(name='by_istiod') if l_0_by_istiod is missing else l_0_by_istiod):
        pass
        yield '\n  - name: istiod-ca-cert\n    configMap:\n      name: '
        yield str(environment.finalize(context, (environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'trustBundleName') or 'istio-ca-root-cert')))
        yield '\n'
    yield '\n  - name: istio-ca-crl\n    configMap:\n      name: '
    yield str(environment.finalize(context, (environment.getattr(environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'pilot'), 'crlConfigMapName') or 'istio-ca-crl')))
    yield '\n      optional: true\n'
    if environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'mountMtlsCerts'):
        pass
        yield '\n  - name: istio-certs\n    secret:\n      secretName: istio.'
        yield str(environment.finalize(context, (environment.call(context, t_1(environment, (undefined(name='spec') if l_0_spec is missing else l_0_spec), 'get'), 'serviceAccountName') or 'default')))
        yield '\n      optional: true\n'
    yield '\n'
    for l_1_name in t_3((t_17(environment, (undefined(name='author_volumes') if l_0_author_volumes is missing else l_0_author_volumes), case_sensitive=True) if t_20((undefined(name='author_volumes') if l_0_author_volumes is missing else l_0_author_volumes)) else environment.call(context, (undefined(name='range') if l_0_range is missing else l_0_range), t_11((undefined(name='author_volumes') if l_0_author_volumes is missing else l_0_author_volumes))))):
        l_1_dict = resolve('dict')
        l_1_fail = resolve('fail')
        l_1_volume = missing
        _loop_vars = {}
        pass
        yield '\n'
        l_1_volume = environment.getitem((undefined(name='author_volumes') if l_0_author_volumes is missing else l_0_author_volumes), l_1_name)
        _loop_vars['volume'] = l_1_volume
        yield '\n  - '
        yield str(environment.finalize(context, environment.call(context, (undefined(name='dict') if l_1_dict is missing else l_1_dict), {'name': t_5(t_18(l_1_name))}, _loop_vars=_loop_vars, **((undefined(name='volume') if l_1_volume is missing else l_1_volume) if ((undefined(name='volume') if l_1_volume is missing else l_1_volume) and t_20((undefined(name='volume') if l_1_volume is missing else l_1_volume))) else environment.call(context, (undefined(name='fail') if l_1_fail is missing else l_1_fail), t_4(['annotation sidecar.istio.io/userVolume is no JSON mapping of ', 'names to volumes']), _loop_vars=_loop_vars)))))
        yield '\n'
    l_1_name = l_1_volume = l_1_dict = l_1_fail = missing
    yield '\n'
    if (not t_21((undefined(name='lightstep_tls') if l_0_lightstep_tls is missing else l_0_lightstep_tls))):
        pass
        yield '\n  - name: lightstep-certs\n    secret: {secretName: lightstep.cacert, optional: true}\n'
    yield '\n'
    if environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'imagePullSecrets'):
        pass
        yield '\n  imagePullSecrets:\n'
        for l_1_name in t_3(environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'imagePullSecrets')):
            _loop_vars = {}
            pass
            yield '\n  - name: '
            yield str(environment.finalize(context, l_1_name))
            yield '\n'
        l_1_name = missing
        yield '\n'

blocks = {}
debug_info = '1048583=156&2097160=160&3145737=164&4194314=168&5242891=172&6291468=176&7340047=180&8388625=184&9437204=188&10485781=192&11534358=196&12582935=200&13631512=204&14680089=208&15728666=212&16777243=216&17825822=220&18874400=224&19922978=228&20971556=232&22020135=236&23068712=240&24117289=244&25165866=248&26214443=252&27263021=256&29360176=265&30408752=268&31457329=274&32505905=275&28311598=282&36700213=286&37748790=290&38797367=294&39845948=298&40894525=302&41943102=306&42991679=310&44040257=314&45088870=318&46137451=322&47186028=326&48234606=330&49283183=334&50331763=338&51380340=342&52428917=346&53477496=350&54526073=354&55574650=358&56623231=362&57671808=364&58720385=367&60817539=370&61866117=372&62914695=374&63963272=376&65011849=380&66060426=383&67109002=385&70254733=390&71303311=393&72351888=396&74449043=399&75497620=401&76546197=403&77594784=405&77594774=409&78643361=413&79691937=415&82837671=420&84934826=424&85983403=427&87031981=429&88080573=431&88080560=435&89129150=439&90177727=441&92274881=445&93323464=447&93323458=451&94372041=455&96469195=459&97517772=462&99614926=465&100663504=468&101712081=472&102760658=474&105906389=479&106954967=481&108003544=483&109052121=485&110100701=488&111149278=490&114295014=496&115343591=499&118489323=503&120586479=507&121635056=509&122683633=512&124780787=515&126877948=519&127926525=521&128975102=523&130023680=525&131072257=527&132120834=530&134217988=533&136315143=537&137363720=540&139460874=543&140509451=546&141558028=548&142606609=551&143655186=553&145752345=557&146800922=565&147849499=567&148898076=570&150995230=575&154140961=580&155189538=583&156238119=586&158335277=589&159383855=591&160432434=593&162529589=596&163578166=598&164626744=600&165675321=603&167772477=606&168821054=608&169869631=610&170918208=612&171966785=615&174063939=618&175112519=620&178258254=627&180355411=631&182452568=635&184549724=639&185598301=642&186646880=646&188744035=649&189792613=656&190841190=659&192938350=663&196084084=670&197132663=673&199229830=676&200278407=678&201326988=681&202375566=683&203424145=686&205521301=689&206569879=691&207618458=694&209715613=697&210764191=704&211812768=707&213909924=711&216007080=715&217055658=718&218104235=722'
