namespace Mesh.Protocol.Ads;

/// <summary>
/// What must follow a written parent although it did not change itself, because Envoy waits for it without asking; of a parent that comes again as
/// the client has it, because others of its type changed, Envoy takes no notice:
/// https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#resource-warming
/// </summary>
internal static class Children
{
    public static void SendAgain(AdsSession session, TypeChannel parents, ResponsePlan written)
    {
        var isCluster = ReferenceEquals(parents.Rules, XdsTypes.Cluster);
        var isListener = ReferenceEquals(parents.Rules, XdsTypes.Listener);
        if (!isCluster && !isListener)
        {
            return;
        }

        if (isCluster && session.FindToStir(XdsTypes.Endpoint) is { } assignments)
        {
            foreach (var cluster in written.New)
            {
                assignments.SendAgain(session.Engine.Name(cluster));
            }
        }

        Refer(session, parents, session.FindToStir(XdsTypes.Secret), written);
        if (isListener)
        {
            Refer(session, parents, session.FindToStir(XdsTypes.Route), written);
            Refer(session, parents, session.FindToStir(XdsTypes.ExtensionConfig), written);
        }
    }

    private static void Refer(AdsSession session, TypeChannel parents, TypeChannel? children, ResponsePlan written)
    {
        if (children is not null)
        {
            ReferenceScan.SendAgain(parents, children, written, session.Engine);
        }
    }
}
