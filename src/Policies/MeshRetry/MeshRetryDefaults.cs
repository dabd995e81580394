using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Values;

namespace Mesh.Policies.MeshRetry;

/// <summary>The MeshRetry of a new mesh (contract §2.5).</summary>
internal static class MeshRetryDefaults
{
    private const uint Retries = 5;
    private static readonly GoDuration _perTry = GoDuration.FromSeconds(16);

    public static IReadOnlyList<MeshDefault> For(string mesh)
    {
        var backOff = new RetryBackOff { BaseInterval = GoDuration.FromMilliseconds(25), MaxInterval = GoDuration.FromMilliseconds(250) };
        var conf = new MeshRetryConf
        {
            Tcp = new TcpRetry { MaxConnectAttempt = Retries },
            Http = new HttpRetry { NumRetries = Retries, PerTryTimeout = _perTry, BackOff = backOff },
            Grpc = new GrpcRetry { NumRetries = Retries, PerTryTimeout = _perTry, BackOff = backOff },
        };
        var everywhere = new MeshRetryTo { TargetRef = TargetRef.WholeMesh, Default = conf };
        return [new($"mesh-retry-all-{mesh}", new MeshRetrySpec { TargetRef = TargetRef.WholeMesh, To = [everywhere] })];
    }
}
