using System.Text.Json.Nodes;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Testing;
using Mesh.Zone.Lifecycle;

namespace Mesh.Zone.Tests.Control;

/// <summary>What the controllers compute from recorded resources and proxies, against what was recorded.</summary>
public class RecordedStateTests
{
    private static readonly string[] _scenarios =
    [
        "01-plain", "05-identity-no-permission", "35-two-replicas", "53-several-protocols", "59-transparent-proxy", "63-reachable-backends",
        "75-identity-own-ca", "83-identity-recreated",
    ];

    public static TheoryData<string> Scenarios => [.. _scenarios];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task State_ComputedFromRecordedResources_EqualsTheRecorded(string scenario)
    {
        var folder = SharedFolder.Conformance is { } root ? Path.Combine(root, "recorded", "scenarios", scenario) : "";
        Assert.SkipUnless(Directory.Exists(folder), SharedFolder.SkipReason);
        await using var world = await ZoneWorld.StartAsync();
        var resources = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "resources.json")))!.AsArray();
        foreach (var node in resources.OrderBy(node => (string?)node!["type"] == SecretKind.Name ? 0 : 1))
        {
            await world.PutAsync(Read(node!));
        }

        var identity = resources.Any(node => (string?)node!["type"] == MeshIdentityKind.Name) ? "kri" : null;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "dataplanes"), "*.json").Order())
        {
            var read = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
            var wanted = Read(read as JsonObject ?? read[0]!);
            var dataplane = await world.PutAsync(wanted with { Spec = ServiceProbes.Register(wanted.SpecAs<DataplaneSpec>(), null) });
            await world.ConnectAsync(dataplane.Name, identity);
        }

        var recorded = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "state.json")))!;
        var proxies = Directory.EnumerateFiles(Path.Combine(folder, "dataplanes"), "*.json").Count();
        // That nothing was written for a moment does not say that nothing will be, where processors are busy.
        var patience = Environment.TickCount64 + 60_000;
        do
        {
            await world.SettleAsync();
        }
        while (await DifferenceAsync(world, recorded, proxies) is not null && Environment.TickCount64 < patience);

        Assert.Null(await DifferenceAsync(world, recorded, proxies));
    }

    /// <summary>The first thing that is not as recorded; null: nothing.</summary>
    private static async Task<string?> DifferenceAsync(ZoneWorld world, JsonNode recorded, int proxies)
    {
        foreach (var (kind, path) in new[]
        {
            (MeshServiceKind.Name, "meshservices"), (WorkloadKind.Name, "workloads"), (MeshIdentityKind.Name, "meshidentities"),
            (MeshMultiZoneServiceKind.Name, "meshmultizoneservices"), (MeshExternalServiceKind.Name, "meshexternalservices"),
        })
        {
            if (await DifferenceAsync(world, kind, recorded[path]!["items"]!.AsArray(), proxies) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }

    private static Resource Read(JsonNode node)
    {
        var parsed = ResourceJson.Parse(node, ZoneWorld.Catalog);
        return parsed.Resource!;
    }

    private static async Task<string?> DifferenceAsync(ZoneWorld world, string kind, JsonArray recorded, int proxies)
    {
        var actual = (await world.Store.ListAsync(new ResourceQuery { Kind = kind, Mesh = "default" })).Items.ToDictionary(resource => resource.Name);
        Assert.True(proxies > 0);
        foreach (var item in recorded)
        {
            var name = (string)item!["name"]!;
            // What another scenario left behind when this was recorded.
            if (!actual.TryGetValue(name, out var resource))
            {
                if (!IsLeftOver(kind, item))
                {
                    return $"{kind} {name} is missing";
                }

                continue;
            }

            var ours = Mask(ResourceJson.ToNode(resource));
            var theirs = Mask(item.DeepClone());
            if (!JsonNode.DeepEquals(theirs, ours))
            {
                return $"{kind} {name}\nrecorded {theirs.ToJsonString()}\nours     {ours.ToJsonString()}";
            }
        }

        return null;
    }

    private static bool IsLeftOver(string kind, JsonNode item) =>
        item["labels"]?[ResourceLabels.DeletionGracePeriodStartedAt] is not null
        || (kind == WorkloadKind.Name && (int?)item["status"]?["dataplaneProxies"]?["total"] == 0);

    private static JsonNode Mask(JsonNode item)
    {
        foreach (var field in new[] { "creationTime", "modificationTime", "snis" })
        {
            item.AsObject().Remove(field);
        }

        foreach (var vip in (item["status"]?["vips"] as JsonArray ?? []).Append(item["status"]?["vip"]))
        {
            if (vip is JsonObject address)
            {
                address["ip"] = (string?)address["ip"] is null ? "none" : "VIP";
            }
        }

        return item;
    }
}
