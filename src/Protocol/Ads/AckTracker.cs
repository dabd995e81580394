using System.Buffers;
using System.Diagnostics;
using Mesh.Engine.Symbols;

namespace Mesh.Protocol.Ads;

/// <summary>
/// The responses of one type that wait for an answer, oldest first. Bounded: a client that never answers (Envoy drops
/// types it is not subscribed to in silence) makes us forget the oldest.
/// </summary>
internal sealed class AckTracker(SymbolTable symbols)
{
    /// <summary>Responses remembered at most.</summary>
    public const int Capacity = 32;

    private SentResponse[] _waiting = [];

    public int Count { get; private set; }

    public ReadOnlySpan<SentResponse> Waiting => _waiting.AsSpan(0, Count);

    /// <summary>Remembers a response; takes over one reference to each name's symbol.</summary>
    public void Add(in SentResponse response)
    {
        if (Count == Capacity)
        {
            Forget(Take(0));
        }

        if (Count == _waiting.Length)
        {
            Array.Resize(ref _waiting, Math.Max(2, Count * 2));
        }

        Debug.Assert(Count == 0 || _waiting[Count - 1].Nonce < response.Nonce, "nonces grow");
        _waiting[Count++] = response;
    }

    /// <summary>Takes out the response of a nonce; the caller gives it to <see cref="Forget"/> afterwards.</summary>
    public bool TryTake(long nonce, out SentResponse response)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_waiting[i].Nonce == nonce)
            {
                response = Take(i);
                return true;
            }
        }

        response = default;
        return false;
    }

    /// <summary>Lets go of a response's names.</summary>
    public void Forget(in SentResponse response)
    {
        foreach (var sent in response.Names.AsSpan(0, response.Count))
        {
            symbols.Release(sent.Name);
        }

        if (response.Names.Length > 0)
        {
            ArrayPool<SentName>.Shared.Return(response.Names);
        }
    }

    public void Clear()
    {
        while (Count > 0)
        {
            Forget(Take(Count - 1));
        }
    }

    private SentResponse Take(int index)
    {
        var response = _waiting[index];
        Count--;
        Array.Copy(_waiting, index + 1, _waiting, index, Count - index);
        _waiting[Count] = default;
        return response;
    }
}
