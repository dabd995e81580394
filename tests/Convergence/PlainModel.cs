using Mesh.Model.Resources;

namespace Mesh.Convergence;

/// <summary>
/// What every control plane should have in the end, said plainly: Global has what it wrote and what each zone has of its own; a zone has its own, what
/// Global wrote, and what enabled zones have for others.
/// </summary>
internal sealed class PlainModel
{
    private readonly SortedDictionary<ResourceKey, Resource> _global = [];
    private readonly SortedDictionary<ResourceKey, Resource>[] _zones = [[], [], []];
    private readonly bool[] _enabled = [true, true, true];
    private readonly HashSet<string> _meshesEverDeleted = [];

    public void Do(Step step)
    {
        switch (step.Act)
        {
            case Act.PutMesh:
                Put(_global, Samples.MeshOf(step));
                break;
            case Act.DeleteMesh:
                DeleteMesh(step);
                break;
            case Act.PutGiven when HasMesh(step):
                Put(_global, Samples.Given(step));
                break;
            case Act.DeleteGiven:
                _global.Remove(Samples.Given(step).Key);
                break;
            case Act.EnableZone:
                _enabled[step.Zone] = step.Value % 2 == 0;
                break;
            case Act.DeleteZone:
                // It comes back as a new one.
                _enabled[step.Zone] = true;
                break;
            case Act.DeleteOwn:
                _zones[step.Zone].Remove(Samples.Own(step).Key);
                break;
            default:
                break;
        }
    }

    /// <summary>A zone wrote one of its own: it had the Mesh then.</summary>
    public void Wrote(Step step) => Put(_zones[step.Zone], Samples.Own(step));

    /// <summary>
    /// What a zone lost with a Mesh depends on whether it heard of the deletion, so its own store says what is left; but only with a Mesh that was once
    /// deleted can anything be lost, and nothing else may appear.
    /// </summary>
    public string? Reconcile(int zone, IEnumerable<Resource> stored)
    {
        var own = stored.Where(r => r.Label(ResourceLabels.Origin) == "zone").ToDictionary(r => r.Key, Samples.Describe);
        foreach (var (key, resource) in _zones[zone].ToList())
        {
            if (!own.Remove(key, out var text))
            {
                if (!_meshesEverDeleted.Contains(key.Mesh))
                {
                    return $"zone {zone} lost its own {Samples.Describe(resource)}";
                }

                _zones[zone].Remove(key);
            }
            else if (text != Samples.Describe(resource))
            {
                return $"zone {zone} has {text} of its own in place of {Samples.Describe(resource)}";
            }
        }

        return own.Count == 0 ? null : $"zone {zone} has of its own what it never wrote: {own.Values.First()}";
    }

    public IEnumerable<string> OfGlobal() =>
        _global.Values.Concat(_zones.SelectMany(z => z.Values)).Select(Samples.Describe);

    public IEnumerable<string> OfZone(int zone) =>
        _global.Values
            .Concat(_zones[zone].Values)
            .Concat(Enumerable.Range(0, 3).Where(other => other != zone && _enabled[other]).SelectMany(other => _zones[other].Values.Where(r => Samples.IsPassedOn(r.Kind))))
            .Select(Samples.Describe);

    private bool HasMesh(Step step) => _global.ContainsKey(Samples.MeshOf(step).Key);

    private static void Put(SortedDictionary<ResourceKey, Resource> where, Resource resource) => where[resource.Key] = resource;

    private void DeleteMesh(Step step)
    {
        if (!_global.Remove(Samples.MeshOf(step).Key))
        {
            return;
        }

        _meshesEverDeleted.Add(Samples.MeshName(step));
        foreach (var key in _global.Keys.Where(k => k.Mesh == Samples.MeshName(step)).ToList())
        {
            _global.Remove(key);
        }
    }
}
