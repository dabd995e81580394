using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Mesh.Model.Kinds;
using Mesh.Model.Text;

namespace Mesh.Zone.Plan;

/// <summary>
/// What a Dataplane says about its outbounds, as a short text that is equal for equal wishes. Made once for each spec: a
/// list of hundreds of outbounds is not compared again for every proxy in every round.
/// </summary>
internal static class OutboundWishes
{
    private static readonly ConditionalWeakTable<DataplaneNetworking, string> _known = [];

    /// <summary>The text of a Dataplane's wishes.</summary>
    internal static string Of(DataplaneNetworking networking) => _known.GetValue(networking, Digest);

    private static string Digest(DataplaneNetworking networking)
    {
        var reachable = networking.TransparentProxying?.ReachableBackends;
        if (networking.Outbound is not { Count: > 0 } && reachable is null)
        {
            return "";
        }

        // Of a cryptographic hash: who writes a Dataplane must not be able to pass off its outbounds as another's.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(networking.Outbound, ModelJson.Options)));
        hash.AppendData(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(reachable, ModelJson.Options)));
        return Convert.ToBase64String(hash.GetHashAndReset());
    }
}
