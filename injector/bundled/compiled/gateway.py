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
    l_0_workload = resolve('workload')
    l_0_spec = resolve('spec')
    l_0_joiner = resolve('joiner')
    l_0_mesh = resolve('mesh')
    l_0_protoToJSON = resolve('protoToJSON')
    l_0_istio = resolve('istio')
    l_0_revision = resolve('revision')
    l_0_global = l_0_options = l_0_asked = l_0_labels = l_0_mesh_metadata = l_0_chosen_image = l_0_bootstrap = l_0_gke_certificates = l_0_by_istiod = l_0_trust_bundles = l_0_canonical_name = l_0_applications = l_0_comma = l_0_pod_ports = l_0_trust_domain = l_0_istiod = l_0_cpu_limit = l_0_memory_limit = l_0_environment = missing
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
        t_8 = environment.filters['join']
    except KeyError:
        @internalcode
        def t_8(*unused):
            raise TemplateRuntimeError("No filter named 'join' found.")
    try:
        t_9 = environment.filters['key']
    except KeyError:
        @internalcode
        def t_9(*unused):
            raise TemplateRuntimeError("No filter named 'key' found.")
    try:
        t_10 = environment.filters['list']
    except KeyError:
        @internalcode
        def t_10(*unused):
            raise TemplateRuntimeError("No filter named 'list' found.")
    try:
        t_11 = environment.filters['lower']
    except KeyError:
        @internalcode
        def t_11(*unused):
            raise TemplateRuntimeError("No filter named 'lower' found.")
    try:
        t_12 = environment.filters['map']
    except KeyError:
        @internalcode
        def t_12(*unused):
            raise TemplateRuntimeError("No filter named 'map' found.")
    try:
        t_13 = environment.filters['reject']
    except KeyError:
        @internalcode
        def t_13(*unused):
            raise TemplateRuntimeError("No filter named 'reject' found.")
    try:
        t_14 = environment.filters['select']
    except KeyError:
        @internalcode
        def t_14(*unused):
            raise TemplateRuntimeError("No filter named 'select' found.")
    try:
        t_15 = environment.filters['string']
    except KeyError:
        @internalcode
        def t_15(*unused):
            raise TemplateRuntimeError("No filter named 'string' found.")
    try:
        t_16 = environment.tests['mapping']
    except KeyError:
        @internalcode
        def t_16(*unused):
            raise TemplateRuntimeError("No test named 'mapping' found.")
    try:
        t_17 = environment.tests['none']
    except KeyError:
        @internalcode
        def t_17(*unused):
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
    yield '\n'
    l_0_chosen_image = environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/proxyImage', environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'image'))
    context.vars['chosen_image'] = l_0_chosen_image
    context.exported_vars.add('chosen_image')
    yield '\n'
    l_0_bootstrap = environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/bootstrapOverride')
    context.vars['bootstrap'] = l_0_bootstrap
    context.exported_vars.add('bootstrap')
    yield '\n'
    l_0_gke_certificates = (environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'caName') == 'GkeWorkloadCertificate')
    context.vars['gke_certificates'] = l_0_gke_certificates
    context.exported_vars.add('gke_certificates')
    yield '\n'
    l_0_by_istiod = (environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'pilotCertProvider') == 'istiod')
    context.vars['by_istiod'] = l_0_by_istiod
    context.exported_vars.add('by_istiod')
    yield '\n'
    l_0_trust_bundles = (t_15(environment.call(context, t_1(environment, (environment.getattr(environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'pilot'), 'env') or {}), 'get'), 'ENABLE_CLUSTER_TRUST_BUNDLE_API')) == 'true')
    context.vars['trust_bundles'] = l_0_trust_bundles
    context.exported_vars.add('trust_bundles')
    yield '\n'
    l_0_canonical_name = (((environment.call(context, t_1(environment, (undefined(name='labels') if l_0_labels is missing else l_0_labels), 'get'), 'service.istio.io/canonical-name') or environment.call(context, t_1(environment, (undefined(name='labels') if l_0_labels is missing else l_0_labels), 'get'), 'app.kubernetes.io/name')) or environment.call(context, t_1(environment, (undefined(name='labels') if l_0_labels is missing else l_0_labels), 'get'), 'app')) or environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'name'))
    context.vars['canonical_name'] = l_0_canonical_name
    context.exported_vars.add('canonical_name')
    yield '\n\n\n'
    l_0_applications = t_10(context.eval_ctx, t_13(context, t_12(context, environment.getattr((undefined(name='spec') if l_0_spec is missing else l_0_spec), 'containers'), attribute='name', default=''), 'equalto', 'istio-proxy'))
    context.vars['applications'] = l_0_applications
    context.exported_vars.add('applications')
    yield '\n'
    l_0_comma = environment.call(context, (undefined(name='joiner') if l_0_joiner is missing else l_0_joiner), ',')
    context.vars['comma'] = l_0_comma
    context.exported_vars.add('comma')
    yield '\n'
    t_18 = []
    pass
    t_18.append(
        '[',
    )
    for l_2_container in t_3(environment.getattr((undefined(name='spec') if l_0_spec is missing else l_0_spec), 'containers')):
        _loop_vars = {}
        pass
        for l_3_port in t_3((environment.call(context, t_1(environment, l_2_container, 'get'), 'ports', _loop_vars=_loop_vars) or [])):
            l_3_portToJSON = resolve('portToJSON')
            _loop_vars = {}
            pass
            t_18.extend((
                '\n    ',
                str(environment.finalize(context, environment.call(context, (undefined(name='comma') if l_0_comma is missing else l_0_comma), _loop_vars=_loop_vars))),
                str(environment.finalize(context, environment.call(context, (undefined(name='portToJSON') if l_3_portToJSON is missing else l_3_portToJSON), l_3_port, _loop_vars=_loop_vars))),
            ))
        l_3_port = l_3_portToJSON = missing
    l_2_container = missing
    t_18.append(
        '\n]',
    )
    l_0_pod_ports = (Markup if context.eval_ctx.autoescape else identity)(concat(t_18))
    context.vars['pod_ports'] = l_0_pod_ports
    context.exported_vars.add('pod_ports')
    yield '\n'
    l_0_trust_domain = (environment.call(context, t_1(environment, (undefined(name='mesh') if l_0_mesh is missing else l_0_mesh), 'get'), 'trustDomain') or environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'trustDomain'))
    context.vars['trust_domain'] = l_0_trust_domain
    context.exported_vars.add('trust_domain')
    yield '\n'
    l_0_istiod = t_8(t_14(context, ['istiod', t_5(environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'revision'))]), '-')
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
    l_0_environment = environment.call_binop(context, '+', [t_5(('PILOT_CERT_PROVIDER', t_5(environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'pilotCertProvider')))), t_5(('CA_ADDR', t_5((environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'caAddress') or t_4([(undefined(name='istiod') if l_0_istiod is missing else l_0_istiod), '.', environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'istioNamespace'), '.svc:15012']))))), t_5(('POD_NAME', t_5({'fieldRef': t_5({'fieldPath': 'metadata.name'})}))), t_5(('POD_NAMESPACE', t_5({'fieldRef': t_5({'fieldPath': 'metadata.namespace'})}))), t_5(('INSTANCE_IP', t_5({'fieldRef': t_5({'fieldPath': 'status.podIP'})}))), t_5(('SERVICE_ACCOUNT', t_5({'fieldRef': t_5({'fieldPath': 'spec.serviceAccountName'})}))), t_5(('HOST_IP', t_5({'fieldRef': t_5({'fieldPath': 'status.hostIP'})}))), t_5(('ISTIO_CPU_LIMIT', t_5((undefined(name='cpu_limit') if l_0_cpu_limit is missing else l_0_cpu_limit)))), t_5(('PROXY_CONFIG', t_5(t_4([environment.call(context, (undefined(name='protoToJSON') if l_0_protoToJSON is missing else l_0_protoToJSON), (undefined(name='proxy') if l_0_proxy is missing else l_0_proxy)), '\n'])))), t_5(('ISTIO_META_POD_PORTS', t_5((undefined(name='pod_ports') if l_0_pod_ports is missing else l_0_pod_ports)))), t_5(('GOMEMLIMIT', t_5((undefined(name='memory_limit') if l_0_memory_limit is missing else l_0_memory_limit)))), t_5(('GOMAXPROCS', t_5((undefined(name='cpu_limit') if l_0_cpu_limit is missing else l_0_cpu_limit)))), t_5(('COMPLIANCE_POLICY', t_5((environment.getattr((undefined(name='istio') if l_0_istio is missing else l_0_istio), 'compliancePolicy') or None)))), t_5(('ISTIO_META_APP_CONTAINERS', t_5(t_8((undefined(name='applications') if l_0_applications is missing else l_0_applications), ',')))), t_5(('ISTIO_META_CLUSTER_ID', t_5((environment.getattr(environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'multiCluster'), 'clusterName') or 'Kubernetes')))), t_5(('ISTIO_META_NODE_NAME', t_5({'fieldRef': t_5({'fieldPath': 'spec.nodeName'})}))), t_5(('ISTIO_META_INTERCEPTION_MODE', t_5(environment.call(context, t_1(environment, (undefined(name='proxy') if l_0_proxy is missing else l_0_proxy), 'get'), 'interceptionMode', 'REDIRECT')))), t_5(('ISTIO_META_NETWORK', t_5((environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'network') or None)))), t_5(('ISTIO_META_WORKLOAD_NAME', t_5((environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'name') or None)))), t_5(('ISTIO_META_OWNER', t_5((t_7('kubernetes://apis/%s/namespaces/%s/%ss/%s', environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'apiVersion'), (environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'namespace') or 'default'), t_11(environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'kind')), environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'name')) if (environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'apiVersion') and environment.getattr((undefined(name='workload') if l_0_workload is missing else l_0_workload), 'name')) else None)))), t_5(('ISTIO_BOOTSTRAP_OVERRIDE', t_5(('/etc/istio/custom-bootstrap/custom_bootstrap.json' if (not t_17((undefined(name='bootstrap') if l_0_bootstrap is missing else l_0_bootstrap))) else None)))), t_5(('ISTIO_META_MESH_ID', t_5(((environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'meshID') or (undefined(name='trust_domain') if l_0_trust_domain is missing else l_0_trust_domain)) or None)))), t_5(('TRUST_DOMAIN', t_5(((undefined(name='trust_domain') if l_0_trust_domain is missing else l_0_trust_domain) or None))))], t_6((undefined(name='mesh_metadata') if l_0_mesh_metadata is missing else l_0_mesh_metadata), case_sensitive=True))
    context.vars['environment'] = l_0_environment
    context.exported_vars.add('environment')
    yield '\n\nmetadata:\n  labels:\n    service.istio.io/canonical-name: '
    yield str(environment.finalize(context, (undefined(name='canonical_name') if l_0_canonical_name is missing else l_0_canonical_name)))
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
            yield str(environment.finalize(context, t_9(l_1_kind)))
            yield ': '
            yield str(environment.finalize(context, environment.getitem((undefined(name='applications') if l_0_applications is missing else l_0_applications), 0)))
            yield '\n'
        yield '\n'
    l_1_kind = missing
    yield '\n\nspec:\n'
    if environment.getattr(environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'gateways'), 'securityContext'):
        pass
        yield '\n  securityContext: '
        yield str(environment.finalize(context, environment.getattr(environment.getattr((undefined(name='values') if l_0_values is missing else l_0_values), 'gateways'), 'securityContext')))
        yield '\n'
    else:
        pass
        yield '\n  \n  securityContext:\n    sysctls:\n    - {name: net.ipv4.ip_unprivileged_port_start, value: "0"}\n'
    yield '\n  containers:\n  - name: istio-proxy\n    image: '
    yield str(environment.finalize(context, ((undefined(name='chosen_image') if l_0_chosen_image is missing else l_0_chosen_image) if ('/' in t_2((undefined(name='chosen_image') if l_0_chosen_image is missing else l_0_chosen_image))) else environment.getattr((undefined(name='istio') if l_0_istio is missing else l_0_istio), 'image'))))
    yield '\n'
    if environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'imagePullPolicy'):
        pass
        yield '\n    imagePullPolicy: '
        yield str(environment.finalize(context, environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'imagePullPolicy')))
        yield '\n'
    yield '\n    ports:\n    - {name: http-envoy-prom, containerPort: 15090, protocol: TCP}\n    args:\n    - proxy\n    - router\n    - --domain\n    - $(POD_NAMESPACE).svc.'
    yield str(environment.finalize(context, environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'clusterDomain')))
    yield '\n    - --proxyLogLevel='
    yield str(environment.finalize(context, environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/logLevel', environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'logLevel'))))
    yield '\n    - --proxyComponentLogLevel='
    yield str(environment.finalize(context, environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/componentLogLevel', environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'componentLogLevel'))))
    yield '\n    - --log_output_level='
    yield str(environment.finalize(context, environment.call(context, t_1(environment, (undefined(name='asked') if l_0_asked is missing else l_0_asked), 'get'), 'sidecar.istio.io/agentLogLevel', environment.getattr(environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'logging'), 'level'))))
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
    if environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'lifecycle'):
        pass
        yield '\n    lifecycle: '
        yield str(environment.finalize(context, environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'lifecycle')))
        yield '\n'
    yield '\n    securityContext:\n      runAsUser: '
    yield str(environment.finalize(context, environment.getattr((undefined(name='istio') if l_0_istio is missing else l_0_istio), 'uid')))
    yield '\n      runAsGroup: '
    yield str(environment.finalize(context, environment.getattr((undefined(name='istio') if l_0_istio is missing else l_0_istio), 'gid')))
    yield '\n    env:\n'
    def t_19(fiter):
        for (l_1_name, l_1_value) in fiter:
            if (not t_17(l_1_value)):
                yield (l_1_name, l_1_value)
    for (l_1_name, l_1_value) in t_19(t_3((undefined(name='environment') if l_0_environment is missing else l_0_environment))):
        _loop_vars = {}
        pass
        yield '\n    - name: '
        yield str(environment.finalize(context, l_1_name))
        yield '\n'
        if t_16(l_1_value):
            pass
            yield '\n      valueFrom: '
            yield str(environment.finalize(context, l_1_value))
            yield '\n'
        else:
            pass
            yield '\n      value: '
            yield str(environment.finalize(context, t_15(l_1_value)))
            yield '\n'
        yield '\n'
    l_1_name = l_1_value = missing
    yield '\n    resources: {}\n    readinessProbe:\n      httpGet: {path: /healthz/ready, port: 15021}\n      initialDelaySeconds: '
    yield str(environment.finalize(context, environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'readinessInitialDelaySeconds')))
    yield '\n      periodSeconds: '
    yield str(environment.finalize(context, environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'readinessPeriodSeconds')))
    yield '\n      timeoutSeconds: 3\n      failureThreshold: '
    yield str(environment.finalize(context, environment.getattr((undefined(name='options') if l_0_options is missing else l_0_options), 'readinessFailureThreshold')))
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
        yield '\n    - {name: istiod-ca-cert, mountPath: /var/run/secrets/istio}\n'
    yield '\n    - {name: istio-data, mountPath: /var/lib/istio/data}\n'
    if (not t_17((undefined(name='bootstrap') if l_0_bootstrap is missing else l_0_bootstrap))):
        pass
        yield '\n    - {name: custom-bootstrap-volume, mountPath: /etc/istio/custom-bootstrap}\n'
    yield '\n    - {name: istio-envoy, mountPath: /etc/istio/proxy}\n    - {name: istio-token, mountPath: /var/run/secrets/tokens}\n'
    if environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'mountMtlsCerts'):
        pass
        yield '\n    - {name: istio-certs, mountPath: /etc/certs/, readOnly: true}\n'
    yield '\n    - {name: istio-podinfo, mountPath: /etc/istio/pod}\n  volumes:\n  \n  - {name: workload-socket, emptyDir: null}\n  - {name: credential-socket, emptyDir: {}}\n'
    if (undefined(name='gke_certificates') if l_0_gke_certificates is missing else l_0_gke_certificates):
        pass
        yield '\n  - name: gke-workload-certificate\n    csi: {driver: workloadcertificates.security.cloud.google.com}\n'
    else:
        pass
        yield '\n  - {name: workload-certs, emptyDir: {}}\n'
    yield '\n'
    if (not t_17((undefined(name='bootstrap') if l_0_bootstrap is missing else l_0_bootstrap))):
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
    yield '\n'
    if environment.getattr((undefined(name='global') if l_0_global is missing else l_0_global), 'mountMtlsCerts'):
        pass
        yield '\n  - name: istio-certs\n    secret:\n      secretName: istio.'
        yield str(environment.finalize(context, (environment.call(context, t_1(environment, (undefined(name='spec') if l_0_spec is missing else l_0_spec), 'get'), 'serviceAccountName') or 'default')))
        yield '\n      optional: true\n'
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
debug_info = '1048582=125&2097159=129&3145736=133&4194313=137&5242890=141&6291467=145&7340044=149&8388621=153&9437198=157&10485775=161&11534353=165&12582934=169&13631512=173&15728667=182&16777243=185&17825820=191&18874396=192&14680089=199&23068704=203&24117281=207&25165858=211&26214435=215&27263012=219&28311620=223&29360198=225&30408776=227&31457353=229&32505930=233&33554507=236&34603083=238&37748816=243&38797393=246&41943130=252&42991707=254&44040284=257&46137444=260&47186021=262&48234598=264&49283176=266&50331753=268&51380330=271&53477484=274&55574639=278&56623216=281&58720371=284&59768948=286&60817526=288&61866103=296&62914680=298&63963257=301&66060411=306&69206145=311&70254722=313&71303300=315&72351880=317&75497615=324&77594771=328&79691928=332&81789088=336&84934822=343&85983401=346&88080568=349&89129145=351&90177726=354&91226304=356&92274883=359&94372037=362&95420616=365&97517771=368&98566349=371&99614926=375'
