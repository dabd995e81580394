using Mesh.Engine.Content;
using Mesh.Engine.Snapshots;
using Mesh.Zone.Ingest;

namespace Mesh.Zone.Tests;

/// <summary>Equal facts give equal bytes, whatever the order in which they came: a restart sends nothing.</summary>
public sealed class DeterminismTests
{
    private static readonly string[] _documents =
    [
        """{"type": "Mesh", "name": "default"}""",
        MeshFixture.Service("b"),
        MeshFixture.Service("c"),
        MeshFixture.Dataplane("a-1", "a", 1, MeshFixture.Calling("b", "c")),
        MeshFixture.Dataplane("b-1", "b", 2),
        MeshFixture.Dataplane("b-2", "b", 3),
        MeshFixture.Dataplane("c-1", "c", 4),
        """{"type": "MeshTimeout", "name": "t1", "spec": {"to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "9s"}}]}}""",
        """{"type": "MeshTimeout", "name": "t2", "spec": {"to": [{"targetRef": {"kind": "Mesh"}, "default": {"idleTimeout": "9m"}}]}}""",
    ];

    [Fact]
    public async Task Versions_SameFactsInAnotherOrder_AreTheSame()
    {
        var first = await VersionsAsync(_documents);
        var second = await VersionsAsync([_documents[0], .. _documents.Skip(1).Reverse()]);
        Assert.NotEmpty(first);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task LoadAssignment_ItsClusterChanges_GetsAnotherVersion()
    {
        await using var mesh = await StartAsync(_documents);
        var before = Versions(mesh, "ClusterLoadAssignment");
        await mesh.PutAsync("""{"type": "MeshTimeout", "name": "t1", "spec": {"to": [{"targetRef": {"kind": "Mesh"}, "default": {"connectionTimeout": "3s"}}]}}""");
        await mesh.SettleAsync();
        var after = Versions(mesh, "ClusterLoadAssignment");
        Assert.Equal(before.Keys, after.Keys);
        Assert.All(before, pair => Assert.NotEqual(pair.Value, after[pair.Key]));
    }

    private static async Task<SortedDictionary<string, VersionId>> VersionsAsync(string[] documents)
    {
        await using var mesh = await StartAsync(documents);
        return Versions(mesh, "");
    }

    private static async Task<MeshFixture> StartAsync(string[] documents)
    {
        var mesh = new MeshFixture();
        await mesh.PutAsync(documents);
        mesh.Pipeline.Start();
        mesh.Connect("a-1");
        await mesh.SettleAsync();
        return mesh;
    }

    private static SortedDictionary<string, VersionId> Versions(MeshFixture mesh, string kind)
    {
        using var snapshot = mesh.Engine.AcquireSnapshot(new ProxyKey("default", "a-1").EngineId)!;
        var versions = new SortedDictionary<string, VersionId>(StringComparer.Ordinal);
        foreach (var typeUrl in Mesh.Envoy.Names.TypeUrls.MakeBeforeBreakOrder.Where(url => url.EndsWith(kind, StringComparison.Ordinal)))
        {
            foreach (var (name, resource) in snapshot[mesh.Engine.Types.Register(typeUrl)] ?? Enumerable.Empty<SliceEntry>())
            {
                versions[$"{typeUrl}/{mesh.Engine.Symbols.Text(name)}"] = mesh.Engine.Version(resource);
            }
        }

        return versions;
    }
}
