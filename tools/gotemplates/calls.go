package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What a single call needs: values with their types from and to JSON, nothing lost.
//
// A value is [type, content]: ["int64", "5"], ["bytes", "ff"] (a string that is no
// UTF-8), ["[]string", [value, ...]], ["map[string]string", [[key, value], ...]] with
// the keys in order, ["*int", value]; nil is null; of other types content is how they
// print, and they cannot be read.
func init() {
	own["literal"] = literal
	own["exactly"] = exactly
	for _, value := range []any{
		"", false, float32(0), float64(0), int(0), int8(0), int16(0), int32(0), int64(0),
		uint(0), uint8(0), uint16(0), uint32(0), uint64(0), []any{}, []string{}, []int{},
		[]int64{}, []float64{}, []bool{}, []byte{}, [][]any{}, []map[string]any{},
		map[string]any{}, map[string]string{}, map[string]int{}, map[string][]string{},
		map[int]string{}, map[string]map[string]any{}, new(int), new(string), new(bool),
		new(int64),
	} {
		known[reflect.TypeOf(value).String()] = reflect.TypeOf(value)
	}
}

var known = map[string]reflect.Type{}

// literal returns the value that the text describes.
func literal(text string) any {
	var tagged any
	if err := json.Unmarshal([]byte(text), &tagged); err != nil {
		panic(err)
	}
	return read(tagged)
}

func read(tagged any) any {
	if tagged == nil {
		return nil
	}
	name, content := tagged.([]any)[0].(string), tagged.([]any)[1]
	if name == "bytes" {
		text, _ := hex.DecodeString(content.(string))
		return string(text)
	}
	value := reflect.New(known[name]).Elem()
	if content != nil {
		fill(value, content)
	}
	return value.Interface()
}

func fill(value reflect.Value, content any) {
	switch value.Kind() {
	case reflect.Slice:
		value.Set(reflect.MakeSlice(value.Type(), 0, 0))
		for _, element := range content.([]any) {
			value.Set(reflect.Append(value, member(value.Type().Elem(), element)))
		}
	case reflect.Map:
		value.Set(reflect.MakeMap(value.Type()))
		for _, pair := range content.([]any) {
			key := reflect.ValueOf(read(pair.([]any)[0]))
			value.SetMapIndex(key, member(value.Type().Elem(), pair.([]any)[1]))
		}
	case reflect.Pointer:
		value.Set(reflect.New(value.Type().Elem()))
		value.Elem().Set(reflect.ValueOf(read(content)))
	case reflect.String:
		value.SetString(content.(string))
	default:
		if _, err := fmt.Sscan(content.(string), value.Addr().Interface()); err != nil {
			panic(err)
		}
	}
}

func member(of reflect.Type, tagged any) reflect.Value {
	held := reflect.New(of).Elem()
	if value := read(tagged); value != nil {
		held.Set(reflect.ValueOf(value))
	}
	return held
}

// exactly returns the text that describes the value.
func exactly(value any) string {
	text, err := json.Marshal(write(value))
	if err != nil {
		panic(err)
	}
	return strings.ReplaceAll(string(text), "\n", " ")
}

func write(value any) any {
	if value == nil {
		return nil
	}
	held := reflect.ValueOf(value)
	name := held.Type().String()
	switch held.Kind() {
	case reflect.String:
		if !utf8.ValidString(held.String()) {
			return []any{"bytes", hex.EncodeToString([]byte(held.String()))}
		}
		return []any{name, held.String()}
	case reflect.Float32, reflect.Float64:
		return []any{name, strconv.FormatFloat(held.Float(), 'g', -1, 64)}
	case reflect.Slice:
		if held.IsNil() {
			return []any{name, nil}
		}
		elements := []any{}
		for i := range held.Len() {
			elements = append(elements, write(held.Index(i).Interface()))
		}
		return []any{name, elements}
	case reflect.Map:
		if held.IsNil() {
			return []any{name, nil}
		}
		keys := held.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return fmt.Sprint(keys[i]) < fmt.Sprint(keys[j]) })
		pairs := []any{}
		for _, key := range keys {
			pairs = append(pairs, []any{write(key.Interface()), write(held.MapIndex(key).Interface())})
		}
		return []any{name, pairs}
	case reflect.Pointer:
		if known[name] != nil {
			if held.IsNil() {
				return []any{name, nil}
			}
			return []any{name, write(held.Elem().Interface())}
		}
	}
	return []any{name, fmt.Sprint(value)}
}
