using System.Text.Json.Nodes;
using Mesh.Identity.Secrets;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Cli.Export;

/// <summary>
/// What an export is for, and so what it holds (contract §6.5). A federation profile is what a zone hands to a new global
/// control plane; what the control plane's <c>/_resources</c> marks with <c>includeInFederation</c> decides which kinds.
/// </summary>
internal sealed class ExportProfile
{
    private const string Federation = "federation";
    private const string FederationWithPolicies = "federation-with-policies";
    private const string NoDataplanes = "no-dataplanes";
    private const string All = "all";
    private readonly string _name;

    private ExportProfile(string name) => _name = name;

    /// <summary>Names, the default first.</summary>
    public static string[] Names { get; } = [Federation, FederationWithPolicies, All, NoDataplanes];

    /// <summary>Its resources are to become a global control plane's.</summary>
    public bool IsFederation => _name is Federation or FederationWithPolicies;

    /// <summary>A profile by one of <see cref="Names"/>.</summary>
    public static ExportProfile Of(string name) => new(name);

    /// <summary>Whether a kind belongs to it.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="offered">What the control plane says of it in <c>/_resources</c>.</param>
    /// <param name="includeAdmin">Secrets too, where the profile does not need them anyhow.</param>
    public bool Includes(ResourceDescriptor kind, JsonNode offered, bool includeAdmin)
    {
        if (kind.IsAdminOnly && !IsFederation && !includeAdmin)
        {
            return false;
        }

        return _name switch
        {
            Federation => Travels(offered) && offered["policy"] is null,
            FederationWithPolicies => Travels(offered),
            NoDataplanes => kind.Kind is not (DataplaneKind.Name or DataplaneInsightKind.Name),
            _ => true,
        };
    }

    /// <summary>
    /// Whether a resource belongs to it. The CAs of proxies' admin endpoints and of control planes among themselves are each
    /// control plane's own: another one with the same would let peers in that it does not know. In a federation export a
    /// resource that came from a global control plane, or from another zone through it, is left out: it is not this zone's
    /// to give away.
    /// </summary>
    public bool Includes(JsonObject resource)
    {
        var name = (string?)resource["name"];
        if ((string?)resource["type"] == GlobalSecretKind.Name && name is SecretNames.EnvoyAdminCa or SecretNames.InterControlPlaneCa)
        {
            return false;
        }

        return !IsFederation || (string?)resource["type"] == MeshKind.Name || (string?)resource["labels"]?[ResourceLabels.Origin] != "global";
    }

    /// <summary>Makes a resource fit for where it goes.</summary>
    public void Prepare(JsonObject resource)
    {
        if ((string?)resource["type"] == MeshKind.Name)
        {
            // The policies that a mesh begins with are in the export, where they still exist: none is to be made again.
            resource["skipCreatingInitialPolicies"] = new JsonArray("*");
        }

        if (IsFederation && resource["labels"] is JsonObject labels)
        {
            labels.Remove(ResourceLabels.Origin);
            if (labels.Count == 0)
            {
                resource.Remove("labels");
            }
        }
    }

    private static bool Travels(JsonNode offered) => offered["includeInFederation"]?.GetValue<bool>() == true;
}
