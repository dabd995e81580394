using Mesh.Engine;
using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>Applies the names of a delta request to a channel: subscriptions first, then what is given up, then what is held.</summary>
internal static class DeltaSubscriber
{
    private const int HardLimitFactor = 10;

    public static void Apply(TypeChannel channel, in DeltaRequest request, bool isFirst, ClientNode node, ResourceEngine engine, AdsOptions options)
    {
        if (channel.Subscription.NameCount + request.SubscribeCount + request.InitialVersionCount > (long)options.MaxNames * HardLimitFactor)
        {
            throw new AdsProtocolException(GrpcStatusCode.ResourceExhausted, "too many resource names");
        }

        channel.Expect(Math.Min(request.SubscribeCount, options.MaxNames), Math.Min(request.InitialVersionCount, options.MaxNames));
        var isLegacyWildcard = isFirst && request.SubscribeCount == 0 && request.UnsubscribeCount == 0
            && (channel.Rules.LegacyWildcard || channel.Type is null) && !node.IsGrpcLibrary;
        if (isLegacyWildcard || Contains(request.Subscribe, "*"u8))
        {
            channel.SubscribeWildcard();
        }

        foreach (var name in request.Subscribe)
        {
            if (!name.SequenceEqual("*"u8))
            {
                Subscribe(channel, name, engine, options);
            }
        }

        foreach (var name in request.Unsubscribe)
        {
            Unsubscribe(channel, name, engine);
        }

        if (isFirst)
        {
            TakeHeldVersions(channel, request, engine, options);
        }
    }

    private static bool Contains(NameWalk names, ReadOnlySpan<byte> wanted)
    {
        foreach (var name in names)
        {
            if (name.SequenceEqual(wanted))
            {
                return true;
            }
        }

        return false;
    }

    private static void Subscribe(TypeChannel channel, ReadOnlySpan<byte> name, ResourceEngine engine, AdsOptions options)
    {
        if (name.IsEmpty || name.Length > options.MaxNameLength)
        {
            return;
        }

        var symbol = engine.Symbols.Acquire(name);
        if (HasControlCharacter(name) || (channel.Subscription.NameCount >= options.MaxNames && !channel.Subscription.HasName(symbol)))
        {
            channel.Refuse(symbol);
        }
        else
        {
            channel.Subscribe(symbol);
        }

        engine.Symbols.Release(symbol);
    }

    private static void Unsubscribe(TypeChannel channel, ReadOnlySpan<byte> name, ResourceEngine engine)
    {
        if (name.SequenceEqual("*"u8))
        {
            channel.UnsubscribeWildcard();
        }
        else if (engine.Symbols.TryAcquire(name, out var symbol))
        {
            channel.Unsubscribe(symbol);
            engine.Symbols.Release(symbol);
        }
    }

    private static void TakeHeldVersions(TypeChannel channel, in DeltaRequest request, ResourceEngine engine, AdsOptions options)
    {
        var resend = options.ResendOnReconnect && ReferenceEquals(channel.Rules, XdsTypes.Endpoint);
        var versions = request.InitialVersions;
        while (versions.MoveNext())
        {
            if (versions.Name.IsEmpty || versions.Name.Length > options.MaxNameLength)
            {
                continue;
            }

            Symbol symbol = engine.Symbols.Acquire(versions.Name);
            channel.TakeHeldVersion(symbol, versions.Version, resend);
            engine.Symbols.Release(symbol);
        }
    }

    private static bool HasControlCharacter(ReadOnlySpan<byte> name) => name.IndexOfAnyInRange((byte)0, (byte)0x1F) >= 0 || name.Contains((byte)0x7F);
}
