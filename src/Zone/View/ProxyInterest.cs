using Mesh.Model.Resources;

namespace Mesh.Zone.View;

/// <summary>What the plan of a proxy was made of. Written while planning, read afterwards.</summary>
public sealed class ProxyInterest
{
    /// <summary>All services with a virtual address are its destinations.</summary>
    public bool InAllServices { get; set; }

    /// <summary>Other Dataplanes are among its destinations directly.</summary>
    public bool InDataplanes { get; set; }

    /// <summary>All services that run in this zone, also as part of one across zones, are its destinations.</summary>
    public bool InLocalServices { get; set; }

    /// <summary>All services that run in other zones are its destinations.</summary>
    public bool InRemoteServices { get; set; }

    /// <summary>All services outside the mesh are its destinations.</summary>
    public bool InExternalServices { get; set; }

    /// <summary>Secrets that it reads, found or not.</summary>
    public HashSet<ResourceKey> Secrets { get; } = [];

    /// <summary>Services it uses or asked for by name, found or not.</summary>
    public HashSet<ResourceKey> Services { get; } = [];

    /// <summary>Selectors by which it asked for services.</summary>
    public List<(string Kind, IReadOnlyDictionary<string, string> Labels)> Selectors { get; } = [];

    /// <summary>What it shares with others that have the same outbounds: theirs is its own too.</summary>
    public ProxyInterest? Shared { get; set; }

    /// <summary>Adds a selector once.</summary>
    public void AddSelector(string kind, IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (known, pairs) in Selectors)
        {
            if (known == kind && ReferenceEquals(pairs, labels))
            {
                return;
            }
        }

        Selectors.Add((kind, labels));
    }
}
