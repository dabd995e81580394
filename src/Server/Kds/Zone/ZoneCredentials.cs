using Grpc.Core;
using Mesh.Server.Kds.Wire;
using Mesh.Server.Rest;
using Mesh.Server.Settings;

namespace Mesh.Server.Kds.Zone;

/// <summary>The metadata that every call of a zone carries (contract §4.1).</summary>
internal sealed class ZoneCredentials(string zone, InstanceIdentity instance, ZoneKdsSettings.AuthSettings auth)
{
    private const int LongestToken = 16 * 1024;

    /// <summary>Metadata for the calls of one connection; a token in a file is read now.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async ValueTask<Metadata> CreateAsync(CancellationToken cancellationToken)
    {
        var metadata = new Metadata
        {
            { KdsHeaders.Version, InstanceIdentity.Version },
            { KdsHeaders.ClientId, zone },
            { KdsHeaders.KdsVersion, KdsHeaders.V3 },
            { KdsHeaders.ZoneVersion, KdsHeaders.V3 },
            { KdsHeaders.Features, KdsHeaders.ZonePingHealth },
            { KdsHeaders.Features, KdsHeaders.HashSuffix },
            { KdsHeaders.StoreId, instance.ClusterId },
            { "grpc-internal-encoding-request", "gzip" },
        };
        var token = await TokenAsync(cancellationToken);
        if (token.Length > 0)
        {
            metadata.Add(KdsHeaders.Authorization, KdsHeaders.Bearer + token);
        }

        return metadata;
    }

    private async ValueTask<string> TokenAsync(CancellationToken cancellationToken)
    {
        if (auth.CpTokenPath.Length == 0)
        {
            return auth.CpTokenInline.Trim();
        }

        if (new FileInfo(auth.CpTokenPath) is { Exists: true, Length: > LongestToken })
        {
            throw new IOException($"{auth.CpTokenPath} is too large to be a token");
        }

        return (await File.ReadAllTextAsync(auth.CpTokenPath, cancellationToken)).Trim();
    }
}
