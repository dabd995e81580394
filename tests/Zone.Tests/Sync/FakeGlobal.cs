using Mesh.Engine;
using Mesh.Engine.Feeds;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Policies.Core;
using Mesh.Protocol.Kds;
using Mesh.Sync.Names;
using Mesh.Sync.Rules;
using Mesh.Sync.Wire;
using Mesh.Testing.Kds;
using Mesh.Zone.Sync;

namespace Mesh.Zone.Tests.Sync;

/// <summary>What a zone sees of a Global: a feed that tests fill.</summary>
internal sealed class FakeGlobal
{
    private readonly Dictionary<string, ResourceType> _types;

    public FakeGlobal()
    {
        var engine = new ResourceEngine();
        Feed = new ResourceFeed(engine);
        _types = SyncKinds.Of(MeshCatalog.Create(), SyncDirection.GlobalToZone).ToDictionary(k => k.Kind, k => KdsTypes.Register(engine.Types, k.Kind));
        Feed.Complete();
    }

    public ResourceFeed Feed { get; }

    /// <summary>Puts Global's own resource; answers the key under which a zone has it.</summary>
    public ResourceKey Put(Resource resource)
    {
        var sent = new GlobalToZoneRules([]).Map(resource)!.Value.Resource;
        Put(resource.Kind, SyncNames.OnWire(sent), KumaResourceCodec.Encode(sent, out _)!);
        return sent.Key;
    }

    public void Put(string kind, string wireName, byte[] payload) => Feed.Put(_types[kind], wireName, payload);

    public void Remove(ResourceKey key) => Feed.Remove(_types[key.Kind], $"{key.Name}.{key.Mesh}");

    /// <summary>A mesh with policies, all of Global.</summary>
    public static FakeGlobal WithPolicies(int count, string cluster = "first")
    {
        var global = new FakeGlobal();
        global.Put(SampleResources.Of("Mesh"));
        global.Put(SampleResources.Of("Config") with { Spec = new ConfigSpec { Config = cluster } });
        for (var i = 0; i < count; i++)
        {
            global.Put(SampleResources.Of("MeshTimeout") with { Name = $"policy-{i}" });
        }

        return global;
    }

    /// <summary>Connects a zone; the stream and its end.</summary>
    public async Task<(SyncStream Stream, GlobalLink Link)> ConnectAsync(ZoneSync zone, bool asKuma = false)
    {
        var link = zone.Connect();
        return (await SyncStream.OpenAsync(Feed, "zone-1", zone.ReceivedTypes, link, link.ApplyAsync, asKuma), link);
    }

    /// <summary>Connects a zone for as long as its first sync takes.</summary>
    /// <returns>What the zone rejected.</returns>
    public async Task<IReadOnlyList<string>> SyncOnceAsync(ZoneSync zone, bool asKuma = false)
    {
        var (stream, link) = await ConnectAsync(zone, asKuma);
        await using (link)
        await using (stream)
        {
            await stream.FirstSets;
            return stream.Errors;
        }
    }
}
