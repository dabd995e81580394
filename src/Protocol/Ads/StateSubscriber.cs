using Mesh.Engine;
using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>Applies the names of a state-of-the-world request, always the whole list, to a channel.</summary>
internal static class StateSubscriber
{
    private const int HardLimitFactor = 10;

    /// <summary>Names of which a set is not kept for the next request.</summary>
    private const int LargeSet = 4096;

    // Each answer repeats the names.
    [ThreadStatic]
    private static HashSet<Symbol>? _ofThread;

    public static void Apply(TypeChannel channel, in StateRequest request, ClientNode node, ResourceEngine engine, AdsOptions options)
    {
        if (request.NameCount > (long)options.MaxNames * HardLimitFactor)
        {
            throw new AdsProtocolException(GrpcStatusCode.ResourceExhausted, "too many resource names");
        }

        // An empty list means everything only as long as no names were ever given; to a gRPC library never.
        var legacy = channel.Rules.LegacyWildcard && !channel.WasExplicit && !node.IsGrpcLibrary;
        channel.WasExplicit |= request.NameCount > 0;
        var wildcard = request.NameCount == 0 && legacy;
        var wanted = _ofThread ??= [];
        wanted.Clear();
        foreach (var name in request.Names)
        {
            if (name.SequenceEqual("*"u8))
            {
                wildcard = true;
            }
            else if (!name.IsEmpty && name.Length <= options.MaxNameLength && wanted.Count < options.MaxNames)
            {
                var symbol = engine.Symbols.Acquire(name);
                if (!wanted.Add(symbol))
                {
                    engine.Symbols.Release(symbol);
                }
            }
        }

        Change(channel, wildcard, wanted);
        foreach (var symbol in wanted)
        {
            engine.Symbols.Release(symbol);
        }

        if (wanted.Capacity > LargeSet)
        {
            _ofThread = null;
        }
    }

    private static void Change(TypeChannel channel, bool wildcard, HashSet<Symbol> wanted)
    {
        if (wildcard && !channel.Subscription.Wildcard)
        {
            channel.SubscribeWildcard();
        }
        else if (!wildcard && channel.Subscription.Wildcard)
        {
            channel.UnsubscribeWildcard();
        }

        foreach (var name in channel.Subscription)
        {
            if (!wanted.Contains(name))
            {
                channel.GiveUp(name);
            }
        }

        foreach (var name in wanted)
        {
            if (!channel.Subscription.HasName(name))
            {
                channel.Subscribe(name);
            }
        }
    }
}
