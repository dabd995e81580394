using System.Globalization;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Policies.Matching;

/// <summary>Sections of destinations: ports, by name, or by number where they have none.</summary>
internal static class DestinationSections
{
    /// <summary>True when the destination has a section of exactly this name: a named port is not found by its number.</summary>
    internal static bool Has(Resource destination, string section) => destination.Spec switch
    {
        MeshServiceSpec service => (service.Ports ?? []).Any(port => IsNamed(port.Name, port.Port, section)),
        MeshMultiZoneServiceSpec service => (service.Ports ?? []).Any(port => IsNamed(port.Name, port.Port, section)),
        MeshExternalServiceSpec service => IsNamed(null, service.Match?.Port, section),
        _ => false,
    };

    private static bool IsNamed(string? name, int? port, string section) =>
        string.IsNullOrEmpty(name) ? port?.ToString(CultureInfo.InvariantCulture) == section : name == section;
}
