using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace Mesh.Server.Settings;

/// <summary>Every single setting: its path (<c>apiServer.http.port</c>), its type and the environment variables that set it.</summary>
internal static class SettingsSchema
{
    private static readonly (string Variable, string Path)[] _irregular =
    [
        ("KUMA_XDS_DATAPLANE_DEREGISTRATION_DELAY", "xdsServer.dataplaneDeregistrationDelay"),
        ("KUMA_DNS_SERVICE_SERVICE_VIP_PORT", "dnsServer.serviceVipPort"),
        ("MESH_ZONE", "multizone.zone.name"),
        ("MESH_GLOBAL_ADDRESS", "multizone.zone.globalAddress"),
        ("MESH_STORE", "store.type"),
        ("MESH_DATA_DIR", "store.dataDir"),
    ];

    /// <summary>Types by path.</summary>
    public static IReadOnlyDictionary<string, Type> Leaves { get; } = Walk();

    /// <summary>Paths by environment variable.</summary>
    public static IReadOnlyDictionary<string, string> Variables { get; } = MapVariables();

    private static Dictionary<string, Type> Walk()
    {
        var leaves = new Dictionary<string, Type>(StringComparer.Ordinal);
        Walk(typeof(ControlPlaneSettings), "", leaves);
        return leaves;
    }

    private static void Walk(Type type, string prefix, Dictionary<string, Type> leaves)
    {
        foreach (JsonPropertyInfo property in SettingsJson.Options.GetTypeInfo(type).Properties)
        {
            var path = prefix + property.Name;
            if (property.PropertyType.Namespace == typeof(SettingsSchema).Namespace)
            {
                Walk(property.PropertyType, path + ".", leaves);
            }
            else
            {
                leaves.Add(path, property.PropertyType);
            }
        }
    }

    private static Dictionary<string, string> MapVariables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Leaves.Keys)
        {
            var name = VariableOf(path);
            variables["KUMA_" + name] = path;
            variables["MESH_" + name] = path;
            variables["KMESH_" + name] = path;
        }

        foreach (var (variable, path) in _irregular)
        {
            variables[variable] = path;
        }

        return variables;
    }

    /// <summary><c>apiServer.http.tlsCertFile</c> gives <c>API_SERVER_HTTP_TLS_CERT_FILE</c>; a run of capitals stays one word.</summary>
    private static string VariableOf(string path)
    {
        var name = new StringBuilder();
        for (var i = 0; i < path.Length; i++)
        {
            var c = path[i];
            var startsWord = char.IsAsciiLetterUpper(c) && i > 0 && path[i - 1] != '.' && !char.IsAsciiLetterUpper(path[i - 1]);
            if (startsWord)
            {
                name.Append('_');
            }

            name.Append(c == '.' ? '_' : char.ToUpperInvariant(c));
        }

        return name.ToString();
    }
}
