using System.Globalization;
using Mesh.Model.Naming;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Policies.Matching;
using Mesh.Policies.Routing;
using Mesh.Zone.View;

namespace Mesh.Zone.Plan;

/// <summary>Finds services in the view for one proxy and remembers what it was asked for.</summary>
internal sealed class BackendResolver(MeshView view, ProxyInterest interest) : IBackendResolver
{
    private readonly Dictionary<Kri, Outbound> _found = [];

    /// <summary>A destination that was found before.</summary>
    internal Outbound this[Kri kri] => _found[kri];

    /// <summary>Remembers a destination under its name.</summary>
    internal Outbound Add(ServiceView service, ServicePort port, string section)
    {
        var kri = service.Kri.WithSection(section);
        interest.Services.Add(new ResourceKey(service.Kind, view.Name, service.Name));
        if (!_found.TryGetValue(kri, out var outbound))
        {
            _found.Add(kri, outbound = new Outbound(kri, service, port));
        }

        return outbound;
    }

    /// <inheritdoc/>
    public ResolvedBackend? Resolve(BackendRef reference, Resource author)
    {
        if (reference.Kind is null || reference.Labels is not { Count: > 0 } labels)
        {
            return null;
        }

        labels = LabelMatch.InNamespaceOf(author, labels);
        interest.AddSelector(reference.Kind, labels);
        var service = view.FindService(reference.Kind, labels);
        if (service?.FindPort(reference.SectionName, reference.Port) is not { } port)
        {
            return null;
        }

        var section = string.IsNullOrEmpty(reference.SectionName)
            ? reference.Port?.ToString(CultureInfo.InvariantCulture) ?? port.Section
            : reference.SectionName;
        var outbound = Add(service, port, section);
        return new ResolvedBackend(outbound.Kri, port.Protocol, service.IsExternal);
    }
}
