using System.Text.Json;
using Mesh.Model.Resources;
using Mesh.Server.Rest.Routing;
using Mesh.Server.Settings;

namespace Mesh.Server.Rest.Endpoints;

/// <summary>What the control plane says about itself: <c>/</c>, <c>/config</c>, <c>/who-am-i</c>, <c>/policies</c>, <c>/_resources</c>.</summary>
internal sealed class IndexEndpoints(RestServices services)
{
    public void Map(RestRouter router)
    {
        router.Map("GET", new RestRoute("/", IndexAsync) { IsPublic = true });
        router.Map("GET", new RestRoute("/config", ConfigAsync));
        router.Map("GET", new RestRoute("/who-am-i", WhoAmIAsync));
        router.Map("GET", new RestRoute("/policies", PoliciesAsync));
        router.Map("GET", new RestRoute("/_resources", ResourcesAsync));
    }

    private ValueTask IndexAsync(RestRequest request) => request.RespondAsync(200, json =>
    {
        var gui = services.Settings.ApiServer.Gui;
        json.WriteStartObject();
        json.WriteString("clusterId", services.Instance.ClusterId);
        json.WriteString("gui", !gui.Enabled ? "" : gui.RootUrl.Length > 0 ? gui.RootUrl : gui.BasePath);
        json.WriteString("hostname", services.Instance.Hostname);
        json.WriteString("instanceId", services.Instance.InstanceId);
        json.WriteString("product", InstanceIdentity.Product);
        json.WriteString("version", InstanceIdentity.Version);
        json.WriteEndObject();
    });

    private ValueTask ConfigAsync(RestRequest request)
    {
        services.Access.DemandControlPlaneMetadata(request.Caller);
        return request.RespondAsync(200, json => JsonSerializer.Serialize(json, services.Settings.WithoutSecrets(), SettingsJson.Options));
    }

    private static ValueTask WhoAmIAsync(RestRequest request) => request.RespondAsync(200, json =>
    {
        json.WriteStartObject();
        json.WriteString("name", request.Caller.Name);
        json.WriteStartArray("groups");
        foreach (var group in request.Caller.Groups)
        {
            json.WriteStringValue(group);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private ValueTask PoliciesAsync(RestRequest request) => request.RespondAsync(200, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("policies");
        foreach (var descriptor in services.Catalog.All.Where(d => d.Policy is not null))
        {
            json.WriteStartObject();
            json.WriteString("name", descriptor.Kind);
            json.WriteBoolean("readOnly", services.IsReadOnly(descriptor));
            json.WriteString("path", descriptor.Path);
            json.WriteString("singularDisplayName", descriptor.SingularDisplayName);
            json.WriteString("pluralDisplayName", descriptor.PluralDisplayName);
            json.WriteBoolean("isExperimental", false);
            json.WriteBoolean("isTargetRefBased", true);
            json.WriteBoolean("isInbound", descriptor.Policy!.HasRules);
            json.WriteBoolean("isOutbound", descriptor.Policy.HasTo);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private ValueTask ResourcesAsync(RestRequest request) => request.RespondAsync(200, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("resources");
        foreach (var descriptor in services.Catalog.All.Where(d => d.Path.Length > 0))
        {
            Write(json, descriptor);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private void Write(Utf8JsonWriter json, ResourceDescriptor descriptor)
    {
        var travelsToZones = descriptor.Sync.HasFlag(SyncDirections.GlobalToZones) && !descriptor.IsReadOnly;
        json.WriteStartObject();
        json.WriteBoolean("includeInFederation", travelsToZones);
        json.WriteString("name", descriptor.Kind);
        json.WriteString("path", descriptor.Path);
        json.WriteString("pluralDisplayName", descriptor.PluralDisplayName);
        if (descriptor.Policy is { } policy)
        {
            json.WriteStartObject("policy");
            json.WriteBoolean("hasFromTargetRef", false);
            json.WriteBoolean("hasRulesTargetRef", policy.HasRules);
            json.WriteBoolean("hasToTargetRef", policy.HasTo);
            json.WriteBoolean("isFromAsRules", false);
            json.WriteBoolean("isTargetRef", true);
            json.WriteEndObject();
        }

        json.WriteBoolean("readOnly", services.IsReadOnly(descriptor));
        json.WriteString("scope", descriptor.Scope.ToString());
        json.WriteString("shortName", descriptor.ShortName);
        json.WriteString("singularDisplayName", descriptor.SingularDisplayName);
        json.WriteEndObject();
    }
}
