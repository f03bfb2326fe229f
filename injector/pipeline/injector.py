"""The pipeline: from a pod to the pod with its sidecars, and the patch between them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, Final, NamedTuple, Protocol

from injector.base import annotations, tracing
from injector.base.errors import (
    AuthorFault,
    OperatorFault,
    PodError,
    TemplateError,
    UnmergeablePod,
)
from injector.base.places import PROBLEM_SHOWN, shortened, shown
from injector.configuration.config import NOTHING, Config, Template
from injector.injection import additions, overrides, status
from injector.injection.decision import Decision, decide
from injector.istio import kube_inject
from injector.istio.mesh import mesh_config as meshes
from injector.istio.pod import annotations as istio_annotations
from injector.istio.pod import finish as istio_finish
from injector.istio.pod.context import Context, Situation, Surroundings, surroundings
from injector.istio.pod.workload import with_hidden_label, workload
from injector.kubernetes import patch, pods, schema, soundness
from injector.kubernetes.merge import Rules, merge, merge_all
from injector.pipeline import sidecars
from injector.releases.history import rule
from injector.releases.pod_fields import lacking
from injector.releases.release import Release
from injector.wire.address import Address

Pod = Mapping[str, Any]
POD: Final = schema.type_of("Pod")


class Injection(NamedTuple):
    """What becomes of a pod, and why."""

    inject: bool
    reason: str
    """The slug of the rule that decided."""
    sentence: str
    operations: Sequence[Mapping[str, Any]] = ()
    templates: tuple[str, ...] = ()
    workload: Mapping[str, Any] = NOTHING
    warnings: tuple[str, ...] = ()
    digest: str = ""
    pod: Pod = NOTHING
    """The pod as it is afterwards; empty where memory answers."""
    template_pod: Pod = NOTHING
    """What the templates make of an empty pod: all that they ask for."""


class Difference(NamedTuple):
    """An answer of memory that differs from the pipeline's."""

    namespace: str
    cluster: str
    templates: tuple[str, ...]
    digest: str
    """The configuration's."""
    unchecked: int
    """Answers by the same recipe that were sent before, and not checked."""


class Injects(Protocol):
    """The pipeline, or memory before it."""

    def inject(
        self,
        pod: Pod,
        namespace: str,
        *,
        address: Address,
        checkpoint: Callable[[], None],
    ) -> Injection:
        """Return what becomes of *pod*."""
        ...

    def outcome(
        self,
        pod: Pod,
        namespace: str,
        *,
        address: Address,
        checkpoint: Callable[[], None],
    ) -> Injection:
        """Return what becomes of *pod*, in short."""
        ...

    def differences(self) -> Iterable[Difference]:
        """Return the differences that were not returned before."""
        ...


class Built(NamedTuple):
    """A pod with its sidecars, and what the templates alone make."""

    pod: dict[str, Any]
    template_pod: dict[str, Any]
    operations: Sequence[Mapping[str, Any]] = ()


def never() -> None:
    """Do nothing: the checkpoint of callers with all the time in the world."""


class Injector:
    """Injects pods by one configuration. Holds no state but that."""

    def __init__(self, config: Config) -> None:
        """Compute what all pods share.

        Raises:
            ConfigError: the mesh configuration cannot be used.
        """
        self.config = config
        self.mesh = meshes.effective(config.mesh, config.release)

    def inject(
        self,
        pod: Pod,
        namespace: str,
        *,
        address: Address | None = None,
        checkpoint: Callable[[], None] = never,
        manual: bool = False,
    ) -> Injection:
        """Return what becomes of *pod*, which is not changed.

        Args:
            pod: as an API server sends it.
            namespace: the request's; empty if nobody names one.
            address: what the request's path says.
            checkpoint: called between the steps; raises to give up.
            manual: the pod is one of a manifest. That makes a difference where Istio's
                own documents count, and Istio had another program for manifests.

        Raises:
            PodError: the pod's author asked for something impossible.
            TemplateError: a template fails, and not because of the pod.
            MergeError: an overlay cannot be merged, and not because of the pod.
            ImpossibleValue: a field gets an impossible type, likewise.
            UnprovedPatch: the patch does not give the pod that was built.
        """
        manual = manual and kube_inject.follows(self.config)
        judge = kube_inject.decide_by_hand if manual else decide
        decision = judge(pod, namespace, self.config)
        if not decision.inject:
            return self._skipped(pod, namespace, decision)
        pods.check_values(pod)
        pods.check_annotations(pod)
        direct = manual and kube_inject.has_own_way(self.config)
        called = self._read(address or Address())
        situation = _situation(namespace, called, manual=direct)
        names = self.chosen(pod, manual=manual)
        built = self._build(
            pod, _Order(names, self._usual(manual=manual), situation, checkpoint)
        )
        return Injection(
            inject=True,
            reason=decision.reason,
            sentence=decision.reason.sentence,
            pod=built.pod,
            template_pod=built.template_pod,
            operations=built.operations,
            templates=names,
            workload=workload(pod, namespace, self.config.release),
            # The API server names these best, and refuses what it cannot have.
            warnings=(*decision.warnings, *soundness.doubts(built.pod)),
            digest=self.config.digest,
        )

    def outcome(
        self,
        pod: Pod,
        namespace: str,
        *,
        address: Address,
        checkpoint: Callable[[], None],
    ) -> Injection:
        """Return the same, for those who need no more of it."""
        return self.inject(pod, namespace, address=address, checkpoint=checkpoint)

    def differences(self) -> Iterable[Difference]:
        """Return nothing: the pipeline remembers no answers."""
        return ()

    def _retyped(self, pod: Pod, after: dict[str, Any]) -> Any:
        """Return *after* as its types print it, in the types of the release."""
        if not self.config.istio:
            return schema.retyped(pod, after)
        after = with_hidden_label(after, pod, self.config.release)
        lacks = lacking(self.config.release)
        if not lacks:
            return schema.retyped(pod, after, by_index=True)
        before, after = schema.without(pod, lacks), schema.without(after, lacks)
        typed = schema.retyped(before, after, by_index=True)
        return schema.restored(typed, pod, lacks)

    def skipped(self, pod: Pod, namespace: str) -> Injection | None:
        """Return what becomes of a *pod* that is skipped; None of one that is not."""
        decision = decide(pod, namespace, self.config)
        return None if decision.inject else self._skipped(pod, namespace, decision)

    def _skipped(self, pod: Pod, namespace: str, decision: Decision) -> Injection:
        return Injection(
            inject=False,
            reason=decision.reason,
            sentence=decision.reason.sentence,
            pod=pod,
            workload=workload(pod, namespace, self.config.release),
            warnings=decision.warnings,
            digest=self.config.digest,
        )

    def chosen(self, pod: Pod, *, manual: bool = False) -> tuple[str, ...]:
        """Return the names of the templates that *pod* gets, aliases resolved.

        Of a template that is named again, the last counts.

        Raises:
            PodError: the pod names a template that there is not.
        """
        text = pods.annotations(pod).get(annotations.TEMPLATES)
        if text is None or self.config.template_version:
            return self._usual(manual=manual)
        names = self._resolved(name.strip() for name in str(text).split(","))
        if not self.config.templates.keys() >= set(names):
            raise PodError(self._offer(text))
        return names

    def _usual(self, *, manual: bool) -> tuple[str, ...]:
        """Return the names of the templates that a pod gets that names none."""
        if self.config.template_version:
            return tuple(self.config.templates)
        config = kube_inject.as_given(self.config) if manual else self.config
        return self._resolved(config.default_templates)

    def _resolved(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return *names* of templates with what the aliases among them stand for."""
        aliases = self.config.aliases
        found = [target for name in names for target in aliases.get(name, (name,))]
        return tuple(reversed(dict.fromkeys(reversed(found))))

    def _offer(self, text: str) -> str:
        """Return what the author is told whose pod names templates by *text*."""
        return (
            f"annotation {annotations.TEMPLATES} is {shown(text)}, "
            f"want names out of: {', '.join(self._offered)}"
        )

    @cached_property
    def _offered(self) -> tuple[str, ...]:
        """The templates that a plain pod can have; some are made for other objects."""
        plain = _Order((), (), Situation(), never)
        return tuple(
            name
            for name in sorted(self.config.templates)
            if self._works(pods.PLAIN, plain._replace(templates=(name,)))
        )

    def _read(self, address: Address) -> Address:
        """Return what *address* means in the release."""
        release = self.config.release
        return address.read_as(
            slashes=rule(release, "path_slashes"), lists=rule(release, "path_env_form")
        )

    def _build(self, pod: Pod, order: "_Order") -> Built:
        """Return *pod* with its sidecars. Blame for what fails is sorted here alone."""
        try:
            return self._proved(pod, order)
        except UnmergeablePod as error:
            raise PodError(self._told(error, pod, order)) from error
        except OperatorFault as error:
            if self._is_authors(pod, order):
                raise PodError(self._told(error, pod, order)) from error
            raise

    def _is_authors(self, pod: Pod, order: "_Order") -> bool:
        """Tell whether *pod* is to blame: a plain one works, or it without its words.

        Of its words, names that no API server takes are replaced: it asks webhooks
        before it looks.
        """
        named = pods.with_possible_names(pod)
        named["metadata"].pop("labels", None)
        named["metadata"].pop("annotations", None)
        usual = order._replace(templates=order.usual)
        return self._works(pods.PLAIN, usual) or self._works(named, usual)

    def _works(self, pod: Pod, order: "_Order") -> bool:
        """Tell whether *pod* gets its sidecars, or is at fault in some other way."""
        try:
            self._proved(pod, order)
        except OperatorFault:
            return False
        except AuthorFault:
            return True
        return True

    def _told(self, error: Exception, pod: Pod, order: "_Order") -> str:
        """Return *error* as the author of *pod* reads it."""
        # Templates fail on these in words of Go's, long after they were read.
        if self.config.istio and (
            unread := istio_annotations.unread(pods.annotations(pod))
        ):
            return unread
        # What Go's functions say quotes the whole of an author's text.
        problem = shortened(str(error), PROBLEM_SHOWN)
        text = pods.annotations(pod).get(annotations.TEMPLATES)
        if text is None or set(order.templates) <= set(self._offered):
            return problem
        return f"{self._offer(text)}; {problem}"

    def _proved(self, pod: Pod, order: "_Order") -> Built:
        built = self._sidecars(pod, order)
        order.checkpoint()
        after = built.pod
        if not self.config.template_version:
            after = self._retyped(pod, after)
        operations = patch.diff(pod, after)
        patch.prove(pod, operations, after)
        return built._replace(pod=after, operations=operations)

    def _sidecars(self, pod: Pod, order: "_Order") -> Built:
        config = self.config
        around = surroundings(pod, order.situation, config, self.mesh)
        make = self._as_istio_does if config.istio else self._as_templates_say
        if config.template_version:
            make = self._as_istio_did
        if config.istio:
            istio_annotations.check(pods.annotations(pod), config.release)
        return make(schema.copy_json(pod), order, around)

    def _as_istio_does(
        self, pod: dict[str, Any], order: "_Order", around: Surroundings
    ) -> Built:
        istio_finish.prepare(pod, around)
        original = schema.copy_json(pod)
        before = status.parse(pod)
        seen = overrides.visible(pod, before, in_place=False)
        istio_finish.hide_metrics(seen, before, around)
        overlays = self._render(order, seen, around)
        if not self.config.from_istio:
            # Istio's own templates make what is read so.
            overlays = [schema.spelled(each, POD) for each in overlays]
        one_more = partial(merge, rules=_merging(self.config.release))
        merged, template_pod = istio_finish.merged(pod, overlays, around, one_more)
        theirs = overrides.find(pod, template_pod, before, self.config.release)
        merged = overrides.reapply(merged, theirs, one_more)
        if not status.is_stamped(pod):
            overrides.remember(merged, theirs)
        istio_finish.finish(merged, original, template_pod, around)
        return Built(pod=merged, template_pod=template_pod)

    def _as_istio_did(
        self, pod: dict[str, Any], order: "_Order", around: Surroundings
    ) -> Built:
        rendered = self._render(order, pod, around)[-1]
        # Few follow releases that old.
        from injector.istio import flat  # noqa: PLC0415

        template_pod = flat.inject(pod, rendered, around)
        return Built(pod=pod, template_pod=template_pod)

    def _as_templates_say(
        self, pod: dict[str, Any], order: "_Order", around: Surroundings
    ) -> Built:
        before = status.parse(pod)
        seen = overrides.visible(pod, before, in_place=True)
        overlays = self._render(order, seen, around)
        template_pod = merge_all({}, overlays)
        base = overrides.base(pod, before, template_pod)
        merged = merge_all(base, [additions.lacked(each, base) for each in overlays])
        added = additions.made_to(seen, merged, template_pod)
        told = status.Status.from_template_pod(template_pod, base, added)
        told = told.with_names_of(before)
        sidecars.finish(merged, base, overlays, told, self.config)
        return Built(pod=merged, template_pod=template_pod)

    def _render(
        self, order: "_Order", seen: Pod, around: Surroundings
    ) -> list[dict[str, Any]]:
        """Return the overlays of the templates, in their order."""
        visible = Context(seen, around)
        overlays = []
        with tracing.rendering() as rendered:
            for name in order.templates:
                order.checkpoint()
                overlays.append(self._template(name).render(visible))
            rendered(overlays)
        return overlays

    def _template(self, name: str) -> Template:
        """Return the template of that name.

        Raises:
            TemplateError: there is none; only defaults are not looked at before.
        """
        if name in self.config.templates:
            return self.config.templates[name]
        have = ", ".join(sorted(self.config.templates))
        raise TemplateError(f"no template named {name!r}, have: {have}")


class _Order(NamedTuple):
    """What a pod is to get: templates by name, where, and how long it may take."""

    templates: tuple[str, ...]
    usual: tuple[str, ...]
    """The templates of a pod that names none."""
    situation: Situation
    checkpoint: Callable[[], None]


def _merging(release: Release) -> Rules:
    """Return how the library merged that the release was built with."""
    return Rules(
        drops_nulls=rule(release, "drops_new_nulls"),
        drops_directives=rule(release, "drops_new_directives"),
    )


def _situation(namespace: str, address: Address, *, manual: bool) -> Situation:
    return Situation(
        namespace=namespace,
        cluster=address.cluster,
        network=address.network,
        variables=address.variables,
        elements=address.elements,
        manual=manual,
    )
