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

    /// <summary>It is in nothing, what it shares apart.</summary>
    public bool IsEmpty =>
        Services.Count == 0 && Selectors.Count == 0 && Secrets.Count == 0
        && !(InAllServices || InDataplanes || InLocalServices || InRemoteServices || InExternalServices);

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

    /// <summary>Adds the services and selectors of another.</summary>
    public void AddServices(ProxyInterest other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Services.UnionWith(other.Services);
        foreach (var (kind, labels) in other.Selectors)
        {
            AddSelector(kind, labels);
        }
    }

    /// <summary>Whether it is about the services and selectors of another.</summary>
    internal bool HasSameServices(ProxyInterest other)
    {
        if (Selectors.Count != other.Selectors.Count || !Services.SetEquals(other.Services))
        {
            return false;
        }

        for (var i = 0; i < Selectors.Count; i++)
        {
            if (Selectors[i].Kind != other.Selectors[i].Kind || !ReferenceEquals(Selectors[i].Labels, other.Selectors[i].Labels))
            {
                return false;
            }
        }

        return true;
    }
}
