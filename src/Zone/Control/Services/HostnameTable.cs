using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Zone.Control.Services;

/// <summary>
/// Which services ask for which host name. A name belongs to the oldest service of its mesh that asks for it; the others are
/// told so in their status.
/// </summary>
internal sealed class HostnameTable
{
    private readonly Dictionary<(string Mesh, string Hostname), List<Claimant>> _byName = [];
    private readonly Dictionary<ResourceKey, IReadOnlyList<HostnameClaim>> _byService = [];

    /// <summary>What the generators answered for a service.</summary>
    public IReadOnlyList<HostnameClaim> Of(ResourceKey service) => _byService.TryGetValue(service, out var claims) ? claims : [];

    /// <summary>The service that has a name, or null.</summary>
    public ResourceKey? HolderOf(string mesh, string hostname) =>
        _byName.TryGetValue((mesh, hostname), out var claimants) && claimants.Count > 0 ? claimants[0].Service : null;

    /// <summary>Sets what a service asks for; null: it is gone.</summary>
    /// <returns>Other services that won or lost a name by it.</returns>
    public IReadOnlyCollection<ResourceKey> Set(ResourceKey service, DateTimeOffset age, IReadOnlyList<HostnameClaim> claims)
    {
        if (_byService.TryGetValue(service, out var before) && before.SequenceEqual(claims))
        {
            return [];
        }

        var touched = new HashSet<ResourceKey>();
        foreach (var claim in before ?? [])
        {
            Remove(service, claim.Hostname, touched);
        }

        if (claims.Count == 0)
        {
            _byService.Remove(service);
        }
        else
        {
            _byService[service] = claims;
        }

        foreach (var claim in claims)
        {
            Add(new Claimant(age, service), claim.Hostname, touched);
        }

        touched.Remove(service);
        return touched;
    }

    /// <summary>The addresses and conditions that a service's status shows.</summary>
    public (IReadOnlyList<HostnameAddress> Addresses, IReadOnlyList<HostnameGeneratorStatus> Generators) StatusOf(ResourceKey service)
    {
        var addresses = new List<HostnameAddress>();
        var generators = new List<HostnameGeneratorStatus>();
        foreach (var claim in Of(service))
        {
            var generator = new HostnameGeneratorRef { CoreName = claim.Generator };
            var condition = Judge(service, claim);
            generators.Add(new HostnameGeneratorStatus { HostnameGeneratorRef = generator, Conditions = [condition] });
            if (condition.Status == "True" && addresses.All(address => address.Hostname != claim.Hostname))
            {
                addresses.Add(new HostnameAddress { Hostname = claim.Hostname, Origin = "HostnameGenerator", HostnameGeneratorRef = generator });
            }
        }

        return (addresses, generators);
    }

    private Condition Judge(ResourceKey service, HostnameClaim claim)
    {
        if (claim.Error.Length > 0)
        {
            return new Condition { Type = "Generated", Status = "False", Reason = "TemplateError", Message = claim.Error };
        }

        return HolderOf(service.Mesh, claim.Hostname) is { } holder && holder != service
            ? new Condition { Type = "Generated", Status = "False", Reason = "Collision", Message = $"Hostname collision with {holder.Kind}: {holder.Name}" }
            : new Condition { Type = "Generated", Status = "True", Reason = "Generated", Message = "" };
    }

    private void Add(Claimant claimant, string hostname, HashSet<ResourceKey> touched)
    {
        if (hostname.Length == 0)
        {
            return;
        }

        var key = (claimant.Service.Mesh, hostname);
        if (!_byName.TryGetValue(key, out var claimants))
        {
            _byName[key] = claimants = [];
        }

        if (claimants.Contains(claimant))
        {
            return;
        }

        var holder = claimants.Count > 0 ? claimants[0] : (Claimant?)null;
        claimants.Add(claimant);
        claimants.Sort(Claimant.ByAge);
        if (holder is { } loser && claimants[0] != loser)
        {
            touched.Add(loser.Service);
        }
    }

    private void Remove(ResourceKey service, string hostname, HashSet<ResourceKey> touched)
    {
        if (!_byName.TryGetValue((service.Mesh, hostname), out var claimants))
        {
            return;
        }

        var held = claimants.Count > 0 && claimants[0].Service == service;
        claimants.RemoveAll(claimant => claimant.Service == service);
        if (claimants.Count == 0)
        {
            _byName.Remove((service.Mesh, hostname));
        }
        else if (held)
        {
            touched.UnionWith(claimants.Select(claimant => claimant.Service));
        }
    }

    private readonly record struct Claimant(DateTimeOffset Age, ResourceKey Service)
    {
        public static int ByAge(Claimant left, Claimant right)
        {
            var order = left.Age.CompareTo(right.Age);
            order = order != 0 ? order : string.CompareOrdinal(left.Service.Kind, right.Service.Kind);
            return order != 0 ? order : string.CompareOrdinal(left.Service.Name, right.Service.Name);
        }
    }
}
