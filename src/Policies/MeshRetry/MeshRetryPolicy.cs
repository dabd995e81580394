using Mesh.Model.Resources;
using Mesh.Policies.Drafts;

namespace Mesh.Policies.MeshRetry;

/// <summary>
/// Puts retry policies on the routes of HTTP and gRPC outbounds and connect attempts on TCP outbounds. Where nothing is said
/// for the protocol, nothing is tried again.
/// </summary>
[Policy]
public sealed class MeshRetryPolicy : Policy
{
    /// <inheritdoc/>
    public override ResourceDescriptor Resource => MeshRetryKind.Resource;

    /// <inheritdoc/>
    public override void Configure(OutboundDraft draft, OutboundConfs confs)
    {
        foreach (var chain in draft.Listener.Chains)
        {
            if (chain.Tcp is { } tcp && confs.Destination?.As<MeshRetryConf>().Tcp?.MaxConnectAttempt is { } attempts)
            {
                tcp.MaxConnectAttempts = attempts;
            }
        }

        foreach (var route in draft.Routes)
        {
            if (route.Message.Route_ is { } action && confs.Route(route)?.As<MeshRetryConf>() is { } conf)
            {
                // The contract has no retries for ports that are declared as http2.
                action.RetryPolicy = draft.Facts.Protocol switch
                {
                    Protocols.Grpc => RetryPolicies.ForGrpc(conf.Grpc),
                    Protocols.Http => RetryPolicies.ForHttp(conf.Http),
                    _ => null,
                };
            }
        }
    }
}
