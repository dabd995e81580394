using System.Globalization;
using System.Text.Json.Nodes;
using EnvoyApi.Config.Core.V3;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Mesh.Envoy.Names;
using Mesh.Model.Resources;
using Microsoft.AspNetCore.Http;

namespace Mesh.Server.Bootstrap;

/// <summary>
/// The node: who the proxy is and, in its metadata, everything that the control plane must know to configure it.
/// </summary>
internal static class BootstrapNode
{
    public static Node Build(BootstrapFacts facts) => new()
    {
        Id = EnvoyNames.NodeId(facts.Mesh, facts.Name),
        Cluster = facts.Dataplane.Labels.TryGetValue(ResourceLabels.Workload, out var workload) && workload.Length > 0 ? workload : "unknown",
        Metadata = Metadata(facts),
    };

    private static Struct Metadata(BootstrapFacts facts)
    {
        var request = facts.Request;
        var metadata = new Struct();
        var fields = metadata.Fields;
        AddAdmin(fields, facts);
        AddNumber(fields, "dataplane.readinessReporter.port", request.ReadinessPort);
        AddNumber(fields, "dataplane.dns.port", request.DnsPort);
        if (request.AppProbeProxyEnabled)
        {
            fields["dataplane.appProbeProxy.enabled"] = Value.ForString("true");
        }

        if (!string.IsNullOrEmpty(request.DataplaneResource))
        {
            fields["dataplane.resource"] = Value.ForString(request.DataplaneResource);
        }

        fields["dataplane.proxyType"] = Value.ForString("dataplane");
        AddObject(fields, "dynamicMetadata", request.DynamicMetadata is { Count: > 0 } dynamic ? dynamic : null);
        AddObject(fields, "version", request.Version);
        AddObject(fields, "transparentProxy", request.DataplaneConfig);
        AddObject(fields, "otelEnvInventory", request.OtelEnv is null ? null : OpenTelemetryInventory(request.OtelEnv));
        fields["features"] = Value.ForList(
            [.. (request.Features ?? []).Where(feature => !string.IsNullOrEmpty(feature)).Distinct().Select(feature => Value.ForString(feature!))]);
        fields["workdir"] = Value.ForString(facts.WorkDir);
        fields["metricsCertPath"] = Value.ForString(request.MetricsResources?.CertPath ?? "");
        fields["metricsKeyPath"] = Value.ForString(request.MetricsResources?.KeyPath ?? "");
        fields["systemCaPath"] = Value.ForString(request.SystemCaPath ?? "");
        fields["ipv6Enabled"] = Value.ForBool(request.Ipv6Enabled);
        fields["spireAgent.socketPath"] = Value.ForString(request.SpireResources?.SocketPath ?? "");
        return metadata;
    }

    private static void AddAdmin(MapField<string, Value> fields, BootstrapFacts facts)
    {
        AddNumber(fields, "dataplane.admin.port", facts.AdminPort);
        if (facts.AdminPort > 0 && facts.Parameters.AdminAddress.Length > 0)
        {
            fields["dataplane.admin.address"] = Value.ForString(facts.Parameters.AdminAddress);
        }

        if (facts.AdminSocket.Length > 0)
        {
            fields["dataplane.admin.socketPath"] = Value.ForString(facts.AdminSocket);
        }
    }

    /// <summary>The inventory always has all its parts, so that its reader need not tell absent from empty.</summary>
    private static JsonObject OpenTelemetryInventory(JsonObject sent) => new()
    {
        ["pipeEnabled"] = sent["pipeEnabled"]?.DeepClone() ?? false,
        ["shared"] = sent["shared"]?.DeepClone(),
        ["traces"] = sent["traces"]?.DeepClone(),
        ["metrics"] = sent["metrics"]?.DeepClone(),
        ["logs"] = sent["logs"]?.DeepClone(),
        ["validationErrors"] = sent["validationErrors"]?.DeepClone() ?? new JsonArray(),
    };

    private static void AddNumber(MapField<string, Value> fields, string name, uint value)
    {
        if (value > 0)
        {
            fields[name] = Value.ForString(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void AddObject(MapField<string, Value> fields, string name, JsonObject? value)
    {
        if (value is not null)
        {
            fields[name] = Value.ForStruct(Parse(name, value.ToJsonString()));
        }
    }

    private static Struct Parse(string name, string json)
    {
        try
        {
            return JsonParser.Default.Parse<Struct>(json);
        }
        catch (Exception e) when (e is InvalidJsonException or InvalidProtocolBufferException)
        {
            // A number may be larger than those of metadata.
            throw new BootstrapException(StatusCodes.Status400BadRequest, $"{name} cannot be read: {e.Message}");
        }
    }
}
