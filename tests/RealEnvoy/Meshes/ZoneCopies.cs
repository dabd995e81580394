using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;

namespace Mesh.RealEnvoy.Meshes;

/// <summary>What one zone learns of another when Global stands between them, written by hand: for tests without a Global.</summary>
public static class ZoneCopies
{
    /// <summary>Writes services, ways in and trust of one zone into another, as they arrive there.</summary>
    public static async Task CopyAsync(TestZone from, TestZone to)
    {
        foreach (var kind in new[] { MeshServiceKind.Name, MeshZoneAddressKind.Name, MeshTrustKind.Name })
        {
            var all = await from.ControlPlane.Store.ListAsync(new ResourceQuery { Kind = kind, Mesh = "default" });
            foreach (var resource in all.Items.Where(resource => resource.Label(ResourceLabels.Origin) != "global"))
            {
                await PutAsync(to.ControlPlane.Store, Received(resource, from.Name));
            }
        }
    }

    /// <summary>Copies in both directions once a service is known to be up, with the ids of its instances.</summary>
    public static async Task CopyWhenAvailableAsync(TestZone from, TestZone to, params string[] services)
    {
        foreach (var service in services)
        {
            await UntilAsync(from, service, isAvailable: true);
        }

        await CopyAsync(from, to);
        await CopyAsync(to, from);
    }

    /// <summary>Waits until a zone says of a service whether it can serve.</summary>
    public static Task UntilAsync(TestZone zone, string service, bool isAvailable) => Eventually.HoldsAsync(
        async () => await zone.ControlPlane.Store.GetAsync(new ResourceKey(MeshServiceKind.Name, "default", service)) is { Spec: MeshServiceSpec spec }
            && (spec.State == MeshServiceSpec.Available) == isAvailable && spec.Identities is { Count: > 0 } == isAvailable,
        $"{service} in {zone.Name} is {(isAvailable ? "" : "not ")}available");

    private static Resource Received(Resource resource, string zone)
    {
        var labels = new Dictionary<string, string>(resource.Labels)
        {
            [ResourceLabels.DisplayName] = resource.DisplayName,
            [ResourceLabels.Origin] = "global",
            [ResourceLabels.Zone] = zone,
        };
        return resource with { Name = $"{resource.Name}-{zone}", Labels = labels, Status = null, Owner = null };
    }

    private static async Task PutAsync(IResourceStore store, Resource resource)
    {
        while (true)
        {
            var known = await store.GetAsync(resource.Key);
            try
            {
                _ = known is null
                    ? await store.CreateAsync(resource)
                    : await store.UpdateAsync(known with { Labels = resource.Labels, Spec = resource.Spec });
                return;
            }
            catch (ResourceConflictException)
            {
                // A controller wrote its status meanwhile.
            }
        }
    }
}
