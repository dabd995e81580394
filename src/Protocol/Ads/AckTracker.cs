using System.Buffers;
using System.Diagnostics;
using System.Numerics;
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

    /// <summary>Names up to which a response's array is kept for a later response of the channel.</summary>
    private const int KeptNames = 4;

    // From Count on: only arrays that are kept.
    private SentResponse[] _waiting = [];

    public int Count { get; private set; }

    public ReadOnlySpan<SentResponse> Waiting => _waiting.AsSpan(0, Count);

    /// <summary>
    /// Room for the names of the next response. Small ones are the channel's own: thousands of streams that wait for their answers
    /// at the same time are more than a pool has arrays for.
    /// </summary>
    public SentName[] NamesFor(int count)
    {
        if (count == 0)
        {
            return [];
        }

        if (count > KeptNames)
        {
            return ArrayPool<SentName>.Shared.Rent(count);
        }

        if (Count < _waiting.Length && _waiting[Count].Names is { } kept && kept.Length >= count)
        {
            _waiting[Count].Names = null!;
            return kept;
        }

        return new SentName[BitOperations.RoundUpToPowerOf2((uint)count)];
    }

    /// <summary>Remembers a response; takes over one reference to each name's symbol.</summary>
    public void Add(in SentResponse response)
    {
        if (Count == Capacity)
        {
            Forget(Take(0));
        }

        if (Count == _waiting.Length)
        {
            Array.Resize(ref _waiting, Math.Max(1, Count * 2));
        }

        Debug.Assert(Count == 0 || _waiting[Count - 1].Nonce < response.Nonce, "nonces grow");
        _waiting[Count++] = response;
    }

    /// <summary>The newest response was written to its end only now: its answer is waited for from now on.</summary>
    public void SentWhole(long nonce, long now)
    {
        if (Count > 0 && _waiting[Count - 1].Nonce == nonce)
        {
            _waiting[Count - 1].At = now;
        }
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

        if (response.Names.Length > KeptNames)
        {
            ArrayPool<SentName>.Shared.Return(response.Names);
        }
        else if (response.Names.Length > 0 && Count < _waiting.Length && _waiting[Count].Names is null)
        {
            _waiting[Count].Names = response.Names;
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
