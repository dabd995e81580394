using Mesh.Load.Envoys;
using Mesh.Load.Responses;

namespace Mesh.Load.Fleets;

/// <summary>What Envoys of one thread have, beside what they should have.</summary>
internal static class FleetComparison
{
    /// <summary>Number of Envoys that have something else than was published.</summary>
    public static int CountOthers(FleetWorker worker, IEnumerable<EnvoyState> envoys, PublishedContents published)
    {
        var facts = worker.Context.Facts;
        var expected = published.Types.ToDictionary(
            type => XdsKind.Find(type.Key)!, type => type.Value.ToDictionary(resource => facts.Names.Add(resource.Key), resource => resource.Value));
        return envoys.Count(envoy => expected.Any(type => !Has(envoy.Find(type.Key), type.Value, facts)));
    }

    /// <summary>The load assignments that an Envoy has.</summary>
    public static PublishedContents AssignmentsOf(FleetWorker worker, EnvoyState envoy)
    {
        var facts = worker.Context.Facts;
        var contents = new Dictionary<string, ulong>();
        if (envoy.Find(XdsKind.Endpoint) is { } held)
        {
            foreach (var (name, entry) in held.Entries)
            {
                if (HeldType.FactOf(entry) is var number and > FactTable.Absent)
                {
                    contents.Add(facts.Names.Text(name), facts[number].Content);
                }
            }
        }

        return new PublishedContents(new Dictionary<string, IReadOnlyDictionary<string, ulong>> { [XdsKind.Endpoint.Name] = contents });
    }

    private static bool Has(HeldType? held, Dictionary<int, ulong> expected, FactTable facts)
    {
        if (held is null)
        {
            return expected.Count == 0;
        }

        var found = 0;
        foreach (var (name, entry) in held.Entries)
        {
            if (HeldType.FactOf(entry) is not (var number and > FactTable.Absent))
            {
                continue;
            }

            if (!expected.TryGetValue(name, out var content) || facts[number].Content != content)
            {
                return false;
            }

            found++;
        }

        return found == expected.Count;
    }
}
