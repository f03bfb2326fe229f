// Podtypes prints the types of a Pod's fields, and answers for the real Go types.
//
//	podtypes types       the table of fields, as one JSON document
//	podtypes quantity    each line a JSON value: its canonical quantity
//	podtypes text        each line a JSON text: the canonical quantity that it is
//	podtypes duration    each line a JSON text: the nanoseconds of a duration, and its text
//	podtypes typed       each line a JSON pod: the pod after a typed round trip
//	podtypes merge       each line [pod, overlay]: the strategic merge of both
//	podtypes merged      the same, between typed pods: both are read and printed again
//	podtypes patch       each line [pod, operations]: the pod as an API server patches it
//
// The modes that read lines print a line for each: {"ok": value} or {"error": text}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	jsonpatch "gopkg.in/evanphx/json-patch.v4"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
)

const longestLine = 64 << 20

func main() {
	mode := ""
	if len(os.Args) == 2 {
		mode = os.Args[1]
	}
	switch mode {
	case "types":
		fmt.Print(describe(corev1.Pod{}))
	case "quantity":
		answer(quantity)
	case "text":
		answer(text)
	case "duration":
		answer(duration)
	case "typed":
		answer(typed)
	case "merge":
		answer(merge)
	case "merged":
		answer(merged)
	case "patch":
		answer(patch)
	default:
		fmt.Fprintln(os.Stderr, "usage: podtypes types|quantity|text|duration|typed|merge|merged|patch")
		os.Exit(2)
	}
}

func quantity(line []byte) (json.RawMessage, error) {
	var q resource.Quantity
	if err := json.Unmarshal(line, &q); err != nil {
		return nil, err
	}
	return json.Marshal(q)
}

func text(line []byte) (json.RawMessage, error) {
	var asked string
	if err := json.Unmarshal(line, &asked); err != nil {
		return nil, err
	}
	q, err := resource.ParseQuantity(asked)
	if err != nil {
		return nil, err
	}
	return json.Marshal(q)
}

func duration(line []byte) (json.RawMessage, error) {
	var asked string
	if err := json.Unmarshal(line, &asked); err != nil {
		return nil, err
	}
	d, err := time.ParseDuration(asked)
	if err != nil {
		return nil, err
	}
	return json.Marshal([]any{d.Nanoseconds(), d.String()})
}

func typed(line []byte) (json.RawMessage, error) {
	var pod corev1.Pod
	if err := json.Unmarshal(line, &pod); err != nil {
		return nil, err
	}
	return json.Marshal(pod)
}

func merge(line []byte) (_ json.RawMessage, err error) {
	var both []json.RawMessage
	if err := json.Unmarshal(line, &both); err != nil {
		return nil, err
	}
	// Merge keys that are lists or maps cannot be compared.
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v", fault)
		}
	}()
	return strategicpatch.StrategicMergePatch(both[0], both[1], corev1.Pod{})
}

func merged(line []byte) (json.RawMessage, error) {
	var both []json.RawMessage
	if err := json.Unmarshal(line, &both); err != nil {
		return nil, err
	}
	pod, err := typed(both[0])
	if err != nil {
		return nil, err
	}
	both[0] = pod
	line, err = json.Marshal(both)
	if err != nil {
		return nil, err
	}
	result, err := merge(line)
	if err != nil {
		return nil, err
	}
	return typed(result)
}

func patch(line []byte) (json.RawMessage, error) {
	var both []json.RawMessage
	if err := json.Unmarshal(line, &both); err != nil {
		return nil, err
	}
	operations, err := jsonpatch.DecodePatch(both[1])
	if err != nil {
		return nil, err
	}
	return operations.Apply(both[0])
}

func answer(question func([]byte) (json.RawMessage, error)) {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longestLine)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for lines.Scan() {
		result, err := question(lines.Bytes())
		if err != nil {
			must(encoder.Encode(map[string]string{"error": err.Error()}))
		} else {
			must(encoder.Encode(map[string]json.RawMessage{"ok": result}))
		}
		// Whoever asks may wait for this answer before asking on.
		must(out.Flush())
	}
	must(lines.Err())
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
