using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Core;
using Mesh.Sync.Names;
using Mesh.Sync.Rules;
using Mesh.Testing.Kds;

namespace Mesh.Global.Tests.Sync;

/// <summary>One contract test for each kind in each direction in which it travels.</summary>
public sealed class EveryKindTests
{
    public static TheoryData<string> Kinds(SyncDirection direction)
    {
        var kinds = new TheoryData<string>();
        foreach (var kind in SyncKinds.Of(MeshCatalog.Create(), direction))
        {
            kinds.Add(kind.Kind);
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds), SyncDirection.GlobalToZone)]
    public async Task GlobalToZone_Kind_ArrivesChangesAndGoes(string kind)
    {
        await using var world = SyncWorld.Start();
        var zone = await world.ConnectedZoneAsync("zone-1");
        await EnsureMeshAsync(world, kind);
        // Kinds that zones alone write reach a zone through another one.
        var isOfZones = !MeshCatalog.Create()[kind].Sync.HasFlag(SyncDirections.ProvidedByGlobal);
        var other = isOfZones ? await world.ConnectedZoneAsync("zone-2") : null;
        var written = other is null ? await world.PutAsync(kind) : await PutWithMeshAsync(other, kind);
        var label = other is null ? "" : "zone-2";
        var name = SyncNames.KeepsName(written.Descriptor) ? written.Name : SyncNames.Hashed(written.Mesh, written.Name, label, "");
        var key = written.Key with { Name = name };

        var arrived = await zone.Store.UntilAsync(key);
        Assert.Equal(SpecOf(written), SpecOf(arrived));
        Assert.Null(arrived.Status);
        Assert.Equal("global", arrived.Label(ResourceLabels.Origin));
        Assert.Equal(label, arrived.Label(ResourceLabels.Zone));

        var source = other?.Store ?? world.Store;
        var changed = await source.UpdateAsync(written with { Labels = new Dictionary<string, string>(written.Labels) { ["team"] = "blue" } });
        await zone.Store.UntilAsync(key, resource => resource.Label("team") == "blue");

        await source.DeleteAsync(changed.Key);
        await zone.Store.GoneAsync(key);
        Assert.Empty(zone.Down.Errors);
    }

    [Theory]
    [MemberData(nameof(Kinds), SyncDirection.ZoneToGlobal)]
    public async Task ZoneToGlobal_Kind_ArrivesChangesAndGoes(string kind)
    {
        await using var world = SyncWorld.Start();
        await EnsureMeshAsync(world, kind);
        var zone = await world.ConnectedZoneAsync("zone-1");
        var written = await PutWithMeshAsync(zone, kind);
        var key = written.Key with { Name = SyncNames.Hashed(written.Mesh, written.Name, "zone-1", "") };

        var arrived = await world.Store.UntilAsync(key);
        Assert.Equal(SpecOf(written), SpecOf(arrived));
        Assert.Equal(StatusOf(written), StatusOf(arrived));
        Assert.Equal(("zone", "zone-1", written.Name), (arrived.Label(ResourceLabels.Origin), arrived.Label(ResourceLabels.Zone), arrived.DisplayName));
        Assert.Equal(new ResourceKey("Zone", "", "zone-1"), arrived.Owner);

        var changed = await zone.Store.UpdateAsync(written with { Labels = new Dictionary<string, string>(written.Labels) { ["team"] = "blue" } });
        await world.Store.UntilAsync(key, resource => resource.Label("team") == "blue");

        await zone.Store.DeleteAsync(changed.Key);
        await world.Store.GoneAsync(key);
        Assert.Empty(zone.Up.Errors);
    }

    private static async Task EnsureMeshAsync(SyncWorld world, string kind)
    {
        if (kind != "Mesh")
        {
            await world.PutAsync("Mesh");
        }
    }

    private static async Task<Resource> PutWithMeshAsync(ZoneWorld zone, string kind)
    {
        await zone.Store.UntilAsync(new ResourceKey("Mesh", "", "default"));
        return await zone.PutAsync(kind);
    }

    private static string SpecOf(Resource resource) => ModelJson.ToNode(resource.Spec)!.ToJsonString();

    private static string? StatusOf(Resource resource) => resource.Descriptor.StatusType is { } type
        ? ModelJson.ToNode(resource.Status ?? Activator.CreateInstance(type))!.ToJsonString()
        : null;
}
