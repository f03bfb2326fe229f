"""The pipeline: from a pod to the pod with its sidecars, and the patch between them."""

from collections.abc import Callable, Iterable
from functools import cached_property

from injector.base import annotations
from injector.base.errors import AuthorFault, OperatorFault, PodError, UnmergeablePod
from injector.base.messages import PROBLEM_SHOWN, shortened, shown
from injector.injection.decision import Decision
from injector.injection.rendering import Built, Order, never
from injector.injection.workload import workload
from injector.kubernetes import patch, pods, soundness
from injector.pipeline.interface import Difference, Injection, Pod
from injector.pipeline.product import Product
from injector.releases.history import rule
from injector.wire.address import Address


class Injector:
    """Injects pods with one product, and has no other state."""

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
        """Return the injection of *pod*, which is not changed.

        `Order` describes the other arguments.

        Raises:
            PodError: the pod's author asked for something impossible.
            OperatorFault: a template or a merge fails, and not because of the pod.
            UnprovedPatch: the patch, applied, does not give the built pod.
        """
        decision = self.product.decide(pod, namespace)
        if not decision.inject:
            return self._unchanged(pod, namespace, decision)
        pods.check_values(pod)
        pods.check_annotations(pod)
        order = Order(
            templates=self.chosen(pod),
            namespace=namespace,
            address=self._by_release(address or Address()),
            checkpoint=checkpoint,
        )
        built = self._build(pod, order)
        return self._unchanged(pod, namespace, decision)._replace(
            inject=True,
            pod=built.pod,
            template_pod=built.template_pod,
            operations=built.operations,
            templates=order.templates,
            # The API server describes these problems best, and refuses the pod.
            warnings=(*decision.warnings, *soundness.doubts(built.pod)),
        )

    def outcome(
        self,
        pod: Pod,
        namespace: str,
        *,
        address: Address,
        checkpoint: Callable[[], None],
    ) -> Injection:
        """Return the same as `inject`."""
        return self.inject(pod, namespace, address=address, checkpoint=checkpoint)

    def differences(self) -> Iterable[Difference]:
        """Return nothing: the pipeline remembers no answers."""
        return ()

    def skipped(self, pod: Pod, namespace: str) -> Injection | None:
        """Return the outcome for a *pod* that is skipped; None if it is injected."""
        decision = self.product.decide(pod, namespace)
        return None if decision.inject else self._unchanged(pod, namespace, decision)

    def _unchanged(self, pod: Pod, namespace: str, decision: Decision) -> Injection:
        """Return the outcome with *pod* as it is."""
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
        """Return the names of the templates for *pod*, aliases resolved.

        If a name is repeated, its last place counts.

        Raises:
            PodError: the pod names a template that does not exist.
        """
        text = pods.annotations(pod).get(annotations.TEMPLATES)
        if text is None or self.config.template_version:
            return self._default_templates
        names = self._resolved(name.strip() for name in str(text).split(","))
        if not self.config.templates.keys() >= set(names):
            raise PodError(self._choices(text))
        return names

    @cached_property
    def _default_templates(self) -> tuple[str, ...]:
        """The names of the templates for a pod that names none."""
        if self.config.template_version:
            return tuple(self.config.templates)
        return self._resolved(self.config.default_templates)

    def _resolved(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return *names* of templates, each alias replaced by its templates."""
        aliases = self.config.aliases
        found = [target for name in names for target in aliases.get(name, (name,))]
        return tuple(reversed(dict.fromkeys(reversed(found))))

    def _choices(self, text: str) -> str:
        """Return the message for a pod whose annotation names templates by *text*."""
        return (
            f"annotation {annotations.TEMPLATES} is {shown(text)}, "
            f"want names out of: {', '.join(self._usable)}"
        )

    @cached_property
    def _usable(self) -> tuple[str, ...]:
        """The templates that work for a plain pod; others are for other objects."""
        return tuple(
            name
            for name in sorted(self.config.templates)
            if self._works(pods.PLAIN_POD, Order(templates=(name,)))
        )

    def _by_release(self, address: Address) -> Address:
        """Return *address* as the release reads it."""
        release = self.config.release
        return address.read_as(
            slashes=rule(release, "path_slashes"), lists=rule(release, "path_env_form")
        )

    def _build(self, pod: Pod, order: Order) -> Built:
        """Return *pod* with its sidecars; raise a `PodError` for an author's fault."""
        try:
            return self._proved(pod, order)
        except UnmergeablePod as error:
            raise PodError(self._message(error, pod, order)) from error
        except OperatorFault as error:
            if self._is_authors_fault(pod, order):
                raise PodError(self._message(error, pod, order)) from error
            raise

    def _is_authors_fault(self, pod: Pod, order: Order) -> bool:
        """Return whether a fault is the author's.

        It is if a plain pod works, or *pod* without its labels and annotations. Names
        are replaced that are invalid: an API server calls webhooks before it checks.
        """
        bare = pods.with_possible_names(pod)
        bare["metadata"].pop("labels", None)
        bare["metadata"].pop("annotations", None)
        usual = order._replace(templates=self._default_templates)
        return self._works(pods.PLAIN_POD, usual) or self._works(bare, usual)

    def _works(self, pod: Pod, order: Order) -> bool:
        """Return whether *pod* can be injected, or fails by an author's fault."""
        try:
            self._proved(pod, order)
        except OperatorFault:
            return False
        except AuthorFault:
            return True
        return True

    def _message(self, error: Exception, pod: Pod, order: Order) -> str:
        """Return the message of *error* for the author of *pod*."""
        # Templates fail late on such a text, with a message of Go's.
        if objection := self.product.objection(pod):
            return objection
        # Messages of Go's functions quote the whole text of an author.
        problem = shortened(str(error), PROBLEM_SHOWN)
        text = pods.annotations(pod).get(annotations.TEMPLATES)
        if text is None or set(order.templates) <= set(self._usable):
            return problem
        return f"{self._choices(text)}; {problem}"

    def _proved(self, pod: Pod, order: Order) -> Built:
        built = self.product.inject(pod, order)
        order.checkpoint()
        after = self.product.typed(pod, built.pod)
        operations = patch.diff(pod, after)
        patch.prove(pod, operations, after)
        return built._replace(pod=after, operations=operations)
