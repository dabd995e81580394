using System.Globalization;
using Mesh.Model.Validation;

namespace Mesh.Model.Kinds;

/// <summary>Rules of the listeners of zone proxies: their names and their places must be their own (contract §1.1).</summary>
internal static class ListenerRules
{
    public static void Check(DataplaneNetworking networking, FieldPath path)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var places = new HashSet<(string?, uint)>();
        foreach (var inbound in networking.Inbound ?? [])
        {
            names.Add(NameOf(inbound.Name, inbound.Port));
            places.Add((inbound.Address ?? networking.Address, inbound.Port));
        }

        for (var i = 0; i < networking.Listeners?.Count; i++)
        {
            var (listener, field) = (networking.Listeners[i], path.Index(i));
            if (listener.Type is not (DataplaneListener.ZoneIngress or DataplaneListener.ZoneEgress))
            {
                field.Field("type").Add(Messages.MustBeDefined);
            }

            DataplaneValidator.Port(field.Field("port"), listener.Port);
            if (!string.IsNullOrEmpty(listener.Address) && !HostNames.IsAddress(listener.Address))
            {
                field.Field("address").Add("address has to be valid IP address");
            }

            if (!names.Add(NameOf(listener.Name, listener.Port)))
            {
                field.Field("name").Add("must be unique among inbounds and listeners");
            }

            if (!places.Add((listener.Address ?? networking.Address, listener.Port)))
            {
                field.Field("port").Add("address and port must differ from other inbounds and listeners");
            }
        }
    }

    private static string NameOf(string? name, uint port) =>
        string.IsNullOrEmpty(name) ? port.ToString(CultureInfo.InvariantCulture) : name;
}
