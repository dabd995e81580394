using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mesh.Model.Text;

namespace Mesh.Policies.Merging;

/// <summary>Names a list of matches of a route (contract §2.4).</summary>
public static class MatchesHash
{
    /// <summary>Base64 of the SHA-256 of the matches as JSON, in the order of the fields of the spec.</summary>
    public static string Of(JsonArray matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        return Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(matches.ToJsonString(ModelJson.Options))));
    }
}
