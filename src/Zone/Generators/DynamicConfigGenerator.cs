using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.Listener.V3;
using EnvoyApi.Config.Route.V3;
using EnvoyApi.Type.Matcher.V3;
using Mesh.Envoy.Names;
using Mesh.Policies.Drafts;
using Mesh.Zone.Plan;
using HeaderMatcher = EnvoyApi.Config.Route.V3.HeaderMatcher;

namespace Mesh.Zone.Generators;

/// <summary>
/// Builds the listener from which the sidecar process fetches its configuration: the document with its ETag, and 304 for
/// who has it already.
/// </summary>
internal static class DynamicConfigGenerator
{
    private const string Kind = "dns";
    private const int TimeToLiveSeconds = 30;

    internal static IEnumerable<GeneratedResource> Generate(DynamicConfigPlan plan)
    {
        var body = Document(plan);
        var tag = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        var host = new VirtualHost { Name = EnvoyNames.DynamicConfig, Routes = { NotModified(tag), Current(body, tag) } };
        var manager = HttpManagers.Create(EnvoyNames.DynamicConfig, host, ["127.0.0.1/32"]);
        manager.RouteConfig.ValidateClusters = null;
        manager.RouteConfig.MaxDirectResponseBodySizeBytes = (uint)Encoding.UTF8.GetByteCount(body);
        var draft = new ListenerDraft(
            new Listener
            {
                Name = EnvoyNames.DynamicConfig,
                StatPrefix = EnvoyNames.DynamicConfig,
                Address = EnvoyAddresses.Pipe(plan.SocketPath),
            },
            new FilterChainDraft(manager));
        return [new GeneratedResource(TypeUrls.Listener, EnvoyNames.DynamicConfig, draft.Pack())];
    }

    private static Route NotModified(string tag) => new()
    {
        Name = EnvoyNames.DynamicConfigNotModifiedRoute(Kind),
        Match = new RouteMatch
        {
            Path = "/" + Kind,
            Headers = { new HeaderMatcher { Name = "If-None-Match", StringMatch = new StringMatcher { Exact = tag } } },
        },
        DirectResponse = new DirectResponseAction { Status = 304 },
    };

    private static Route Current(string body, string tag) => new()
    {
        Name = EnvoyNames.DynamicConfigRoute(Kind),
        Match = new RouteMatch { Path = "/" + Kind },
        DirectResponse = new DirectResponseAction { Status = 200, Body = new DataSource { InlineString = body } },
        ResponseHeadersToAdd = { new HeaderValueOption { Header = new HeaderValue { Key = "Etag", Value = tag } } },
    };

    private static string Document(DynamicConfigPlan plan)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("records");
            foreach (var record in plan.Records)
            {
                writer.WriteStartObject();
                writer.WriteString("name", record.Name);
                writer.WriteStartArray("ips");
                foreach (var address in record.Addresses)
                {
                    writer.WriteStringValue(address);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteNumber("ttl", TimeToLiveSeconds);
            writer.WriteStartObject("extraLabels");
            foreach (var (key, value) in plan.ExtraLabels.Pairs)
            {
                writer.WriteString(key, value);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
