package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// A field is [json name, Go name, type, flags, patch strategy, merge key], shortened
// by the empty strings at its end. An embedded struct has no JSON name.
//
// A type is as Go writes it, without packages. Flags: o as omitempty, z as omitzero.
type field []string

// A table holds all types that a root reaches: structs by name, and the names
// that stand for a basic type.
type table struct {
	structs map[string][]field
	names   map[string]string
}

var special = map[reflect.Type]string{
	reflect.TypeFor[resource.Quantity]():  "quantity",
	reflect.TypeFor[intstr.IntOrString](): "int_or_string",
	reflect.TypeFor[metav1.Time]():        "time",
	reflect.TypeFor[metav1.MicroTime]():   "microtime",
	reflect.TypeFor[metav1.FieldsV1]():    "any",
	reflect.TypeFor[json.RawMessage]():    "any",
}

func describe(root any) string {
	t := table{structs: map[string][]field{}, names: map[string]string{}}
	t.name(reflect.TypeOf(root))
	return "{\"names\": " + lines(t.names) + ", \"structs\": " + lines(t.structs) + "}\n"
}

// lines is JSON with a line for each key, so that a difference can be read.
func lines[V any](of map[string]V) string {
	var text []string
	for _, key := range slices.Sorted(maps.Keys(of)) {
		value, err := json.Marshal(of[key])
		must(err)
		text = append(text, fmt.Sprintf("%q: %s", key, value))
	}
	return "{\n" + strings.Join(text, ",\n") + "\n}"
}

func (t table) name(of reflect.Type) string {
	if name, ok := special[of]; ok {
		return name
	}
	switch of.Kind() {
	case reflect.Pointer:
		return "*" + t.name(of.Elem())
	case reflect.Slice:
		if of.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		if of.Name() == "" {
			return "[]" + t.name(of.Elem())
		}
		t.names[of.Name()] = "[]" + t.name(of.Elem())
		return of.Name()
	case reflect.Map:
		text := "map[" + t.name(of.Key()) + "]" + t.name(of.Elem())
		if of.Name() == "" {
			return text
		}
		t.names[of.Name()] = text
		return of.Name()
	case reflect.Struct:
		t.fields(of)
		return of.Name()
	case reflect.String, reflect.Bool, reflect.Int32, reflect.Int64:
		if of.PkgPath() != "" {
			t.names[of.Name()] = of.Kind().String()
		}
		return of.Name()
	default:
		panic(fmt.Sprintf("no word for %s", of))
	}
}

func (t table) fields(of reflect.Type) {
	if _, known := t.structs[of.Name()]; known {
		return
	}
	t.structs[of.Name()] = nil
	var fields []field
	for i := range of.NumField() {
		fields = append(fields, t.field(of.Field(i)))
	}
	t.structs[of.Name()] = fields
}

func (t table) field(of reflect.StructField) field {
	tag := strings.Split(of.Tag.Get("json"), ",")
	flags := ""
	for _, option := range tag[1:] {
		switch option {
		case "omitempty":
			flags += "o"
		case "omitzero":
			flags += "z"
		}
	}
	f := field{
		tag[0], of.Name, t.name(of.Type), flags,
		of.Tag.Get("patchStrategy"), of.Tag.Get("patchMergeKey"),
	}
	for f[len(f)-1] == "" {
		f = f[:len(f)-1]
	}
	return f
}
