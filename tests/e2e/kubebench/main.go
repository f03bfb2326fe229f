// Command kubebench is etcd, kube-apiserver and kube-controller-manager in one binary.
// Its first argument names the component; the rest are that component's own flags.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	_ "time/tzdata"
)

var commands = map[string]func() *cobra.Command{
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllers.NewControllerManagerCommand,
}

func main() {
	if len(os.Args) < 2 {
		fail("no component named")
	}
	component := os.Args[1]
	os.Args = append([]string{component}, os.Args[2:]...)
	if component == "etcd" {
		etcdmain.Main(os.Args)
		return
	}
	command, known := commands[component]
	if !known {
		fail(fmt.Sprintf("no component named %q", component))
	}
	os.Exit(cli.Run(command()))
}

func fail(problem string) {
	fmt.Fprintf(os.Stderr, "%s, want etcd, kube-apiserver or kube-controller-manager\n", problem)
	os.Exit(2)
}
