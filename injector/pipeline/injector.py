"""The pipeline: from a pod to the pod with its sidecars, and the patch between them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from injector.base import annotations
from injector.base.errors import AuthorFault, OperatorFault, PodError, UnmergeablePod
from injector.base.places import PROBLEM_SHOWN, shortened, shown
from injector.configuration.config import NOTHING
from injector.injection.decision import Decision
from injector.injection.rendering import Built, Order, never
from injector.injection.workload import workload
from injector.kubernetes import patch, pods, soundness
from injector.pipeline.product import Product
from injector.releases.history import rule
from injector.wire.address import Address

Pod = Mapping[str, Any]


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


class Injector:
    """Injects pods with one product. Holds no state but that."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.config = product.config

    def inject(
        self,
        pod: Pod,
        namespace: str,
        *,
        address: Address | None = None,
        checkpoint: Callable[[], None] = never,
    ) -> Injection:
        """Return what becomes of *pod*, which is not changed.

        Args:
            pod: as an API server sends it.
            namespace: the request's; empty if the request names none.
            address: what the request's path says.
            checkpoint: called between the steps; raises to give up.

        Raises:
            PodError: the pod's author asked for something impossible.
            TemplateError: a template fails, and not because of the pod.
            MergeError: an overlay cannot be merged, and not because of the pod.
            ImpossibleValue: a field gets an impossible type, likewise.
            UnprovedPatch: the patch does not give the pod that was built.
        """
        decision = self.product.decide(pod, namespace)
        if not decision.inject:
            return self._skipped(pod, namespace, decision)
        pods.check_values(pod)
        pods.check_annotations(pod)
        order = Order(
            templates=self.chosen(pod),
            namespace=namespace,
            address=self._read(address or Address()),
            checkpoint=checkpoint,
        )
        built = self._build(pod, order)
        return Injection(
            inject=True,
            reason=decision.reason,
            sentence=decision.reason.sentence,
            pod=built.pod,
            template_pod=built.template_pod,
            operations=built.operations,
            templates=order.templates,
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

    def skipped(self, pod: Pod, namespace: str) -> Injection | None:
        """Return what becomes of a *pod* that is skipped; None of one that is not."""
        decision = self.product.decide(pod, namespace)
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

    def chosen(self, pod: Pod) -> tuple[str, ...]:
        """Return the names of the templates that *pod* gets, aliases resolved.

        Of a template that is named again, the last counts.

        Raises:
            PodError: the pod names a template that there is not.
        """
        text = pods.annotations(pod).get(annotations.TEMPLATES)
        if text is None or self.config.template_version:
            return self._usual
        names = self._resolved(name.strip() for name in str(text).split(","))
        if not self.config.templates.keys() >= set(names):
            raise PodError(self._offer(text))
        return names

    @cached_property
    def _usual(self) -> tuple[str, ...]:
        """The names of the templates that a pod gets that names none."""
        if self.config.template_version:
            return tuple(self.config.templates)
        return self._resolved(self.config.default_templates)

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
        return tuple(
            name
            for name in sorted(self.config.templates)
            if self._works(pods.PLAIN, Order(templates=(name,)))
        )

    def _read(self, address: Address) -> Address:
        """Return what *address* means in the release."""
        release = self.config.release
        return address.read_as(
            slashes=rule(release, "path_slashes"), lists=rule(release, "path_env_form")
        )

    def _build(self, pod: Pod, order: Order) -> Built:
        """Return *pod* with its sidecars. Blame for what fails is sorted here alone."""
        try:
            return self._proved(pod, order)
        except UnmergeablePod as error:
            raise PodError(self._told(error, pod, order)) from error
        except OperatorFault as error:
            if self._is_authors(pod, order):
                raise PodError(self._told(error, pod, order)) from error
            raise

    def _is_authors(self, pod: Pod, order: Order) -> bool:
        """Tell whether *pod* is to blame: a plain one works, or it without its words.

        Of its words, names that no API server takes are replaced: it asks webhooks
        before it looks.
        """
        named = pods.with_possible_names(pod)
        named["metadata"].pop("labels", None)
        named["metadata"].pop("annotations", None)
        usual = order._replace(templates=self._usual)
        return self._works(pods.PLAIN, usual) or self._works(named, usual)

    def _works(self, pod: Pod, order: Order) -> bool:
        """Tell whether *pod* gets its sidecars, or is at fault in some other way."""
        try:
            self._proved(pod, order)
        except OperatorFault:
            return False
        except AuthorFault:
            return True
        return True

    def _told(self, error: Exception, pod: Pod, order: Order) -> str:
        """Return *error* as the author of *pod* reads it."""
        # Templates fail on such a text long after they read it, in words of Go.
        if objection := self.product.objection(pod):
            return objection
        # What Go's functions say quotes the whole of an author's text.
        problem = shortened(str(error), PROBLEM_SHOWN)
        text = pods.annotations(pod).get(annotations.TEMPLATES)
        if text is None or set(order.templates) <= set(self._offered):
            return problem
        return f"{self._offer(text)}; {problem}"

    def _proved(self, pod: Pod, order: Order) -> Built:
        built = self.product.inject(pod, order)
        order.checkpoint()
        after = self.product.typed(pod, built.pod)
        operations = patch.diff(pod, after)
        patch.prove(pod, operations, after)
        return built._replace(pod=after, operations=operations)
