using EnvoyApi.Config.Listener.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Policies.Drafts;

/// <summary>A listener while policies edit it. Mutable, used by one thread.</summary>
public sealed class ListenerDraft
{
    /// <summary>A listener without chains yet; <paramref name="message"/> becomes part of the draft.</summary>
    public ListenerDraft(Listener message, params ReadOnlySpan<FilterChainDraft> chains)
    {
        Message = message;
        Chains = [.. chains];
    }

    /// <summary>Everything but the filter chains, which stay empty until <see cref="Pack"/>.</summary>
    public Listener Message { get; }

    /// <summary>Filter chains, in order.</summary>
    public List<FilterChainDraft> Chains { get; }

    /// <summary>Adds a listener filter unless one of that name is there.</summary>
    public void EnsureListenerFilter(string name, IMessage config)
    {
        foreach (var filter in Message.ListenerFilters)
        {
            if (filter.Name == name)
            {
                return;
            }
        }

        Message.ListenerFilters.Add(new ListenerFilter { Name = name, TypedConfig = Any.Pack(config) });
    }

    /// <summary>The finished listener. The draft is not to be used afterwards.</summary>
    public Listener Pack()
    {
        Message.FilterChains.Clear();
        foreach (var chain in Chains)
        {
            Message.FilterChains.Add(chain.Pack());
        }

        return Message;
    }
}
