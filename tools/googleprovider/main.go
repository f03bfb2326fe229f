// A provider for rehearsals of terraform/modules/function without a cloud.
//
// The function is the real resource of the google provider: its own code plans, applies and
// reads, against the API at API_ENDPOINT. The other resources of the module have their real
// schemas, so that they plan as they do in a cloud, and are kept in the state alone.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/plugin"
	"github.com/hashicorp/terraform-provider-google/google/registry"
	_ "github.com/hashicorp/terraform-provider-google/google/services/artifactregistry"
	_ "github.com/hashicorp/terraform-provider-google/google/services/cloudfunctions2"
	_ "github.com/hashicorp/terraform-provider-google/google/services/cloudrun"
	_ "github.com/hashicorp/terraform-provider-google/google/services/resourcemanager"
	_ "github.com/hashicorp/terraform-provider-google/google/services/secretmanager"
	_ "github.com/hashicorp/terraform-provider-google/google/services/storage"
	"github.com/hashicorp/terraform-provider-google/google/transport"
)

const function = "google_cloudfunctions2_function"

var kept = []string{
	"google_artifact_registry_repository",
	"google_artifact_registry_repository_iam_member",
	"google_cloud_run_service_iam_member",
	"google_project_iam_member",
	"google_project_service",
	"google_secret_manager_secret",
	"google_secret_manager_secret_iam_member",
	"google_secret_manager_secret_version",
	"google_service_account",
	"google_storage_bucket",
	"google_storage_bucket_object",
}

func main() {
	plugin.Serve(&plugin.ServeOpts{ProviderFunc: provider})
}

func provider() *schema.Provider {
	resources := map[string]*schema.Resource{function: registry.Resource(function)}
	for _, name := range kept {
		resources[name] = inState(name, registry.Resource(name))
	}
	return &schema.Provider{ResourcesMap: resources, ConfigureContextFunc: configure}
}

func configure(context.Context, *schema.ResourceData) (any, diag.Diagnostics) {
	return &transport.Config{
		Client:       http.DefaultClient,
		Context:      context.Background(),
		PollInterval: 10 * time.Millisecond,
		CustomEndpoints: map[string]string{
			"cloudfunctions2_custom_endpoint": os.Getenv("API_ENDPOINT") + "/v2/",
		},
	}, nil
}

var made atomic.Int64

// inState returns a resource of the same schema that calls no API.
func inState(name string, real *schema.Resource) *schema.Resource {
	if real == nil {
		panic("the google provider has no resource " + name)
	}
	create := func(_ context.Context, data *schema.ResourceData, _ any) diag.Diagnostics {
		// Versions of secrets have numbers, and no two the same one.
		number := fmt.Sprint(time.Now().UnixNano() + made.Add(1))
		data.SetId(name + "/" + number)
		for key, field := range real.Schema {
			if !field.Computed || !empty(data.Get(key)) {
				continue
			}
			if err := data.Set(key, value(field.Type, key, number)); err != nil {
				return diag.FromErr(err)
			}
		}
		return nil
	}
	nothing := func(context.Context, *schema.ResourceData, any) diag.Diagnostics { return nil }
	resource := &schema.Resource{
		Schema:        real.Schema,
		SchemaVersion: real.SchemaVersion,
		CreateContext: create,
		ReadContext:   nothing,
		DeleteContext: nothing,
	}
	for _, field := range real.Schema {
		if !field.ForceNew && (field.Required || field.Optional) {
			resource.UpdateContext = nothing
		}
	}
	return resource
}

func empty(value any) bool {
	texts, isMap := value.(map[string]any)
	return value == "" || isMap && len(texts) == 0
}

func value(kind schema.ValueType, key, number string) any {
	switch {
	case kind == schema.TypeMap:
		return map[string]any{}
	case key == "version":
		return number
	case key == "member":
		return "serviceAccount:" + number + "@example.com"
	}
	return key + "-" + number
}
