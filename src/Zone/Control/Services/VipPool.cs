using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Mesh.Model.Resources;

namespace Mesh.Zone.Control.Services;

/// <summary>
/// Who holds which address of a range. A new holder gets the address after the highest one held; addresses given back are
/// used again only when the range is at its end, so that a client that still remembers an old name does not call a stranger.
/// </summary>
internal sealed class VipPool
{
    private readonly UInt128 _first;
    private readonly UInt128 _last;
    private readonly bool _isIPv6;
    private readonly Dictionary<UInt128, ResourceKey> _holders = [];
    private readonly Dictionary<ResourceKey, UInt128> _held = [];
    private UInt128 _next;

    /// <summary>A pool of all addresses of a range, the first (<c>.0.0.0</c>) included.</summary>
    /// <exception cref="FormatException">It is no range.</exception>
    public VipPool(string cidr)
    {
        var range = IPNetwork.Parse(cidr);
        Cidr = cidr;
        _isIPv6 = range.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6;
        _first = ToNumber(range.BaseAddress);
        var hostBits = (_isIPv6 ? 128 : 32) - range.PrefixLength;
        _last = _first + (hostBits >= 128 ? UInt128.MaxValue : (UInt128.One << hostBits) - 1);
        _next = _first;
    }

    /// <summary>The range.</summary>
    public string Cidr { get; }

    /// <summary>Address of a holder; false: it has none.</summary>
    public bool TryGet(ResourceKey holder, [NotNullWhen(true)] out string? address)
    {
        address = _held.TryGetValue(holder, out var number) ? ToText(number) : null;
        return address is not null;
    }

    /// <summary>Notes that somebody has an address already. False: it is not of this range, or another one's.</summary>
    public bool TryHold(ResourceKey holder, string? address)
    {
        if (!IPAddress.TryParse(address, out var parsed) || (parsed.AddressFamily == AddressFamily.InterNetworkV6) != _isIPv6)
        {
            return false;
        }

        var number = ToNumber(parsed);
        if (number < _first || number > _last)
        {
            return false;
        }

        if (_holders.TryGetValue(number, out var owner))
        {
            return owner == holder;
        }

        Release(holder);
        Hold(holder, number);
        return true;
    }

    /// <summary>Gives an address to a holder that has none. False: none is left.</summary>
    public bool TryAllocate(ResourceKey holder, [NotNullWhen(true)] out string? address)
    {
        if (TryGet(holder, out address))
        {
            return true;
        }

        if (_next <= _last && _next >= _first)
        {
            Hold(holder, _next);
        }
        else if (FindFree() is { } free)
        {
            Hold(holder, free);
        }

        return TryGet(holder, out address);
    }

    /// <summary>Takes an address back.</summary>
    public void Release(ResourceKey holder)
    {
        if (_held.Remove(holder, out var number))
        {
            _holders.Remove(number);
        }
    }

    private static UInt128 ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(address.AddressFamily == AddressFamily.InterNetwork ? bytes[12..] : bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private void Hold(ResourceKey holder, UInt128 number)
    {
        _holders[number] = holder;
        _held[holder] = number;
        if (number >= _next)
        {
            _next = number + 1;
        }
    }

    /// <summary>Only when the range has been used to its end: as many looks as there are holders, at most.</summary>
    private UInt128? FindFree()
    {
        for (var number = _first; number <= _last; number++)
        {
            if (!_holders.ContainsKey(number))
            {
                return number;
            }
        }

        return null;
    }

    private string ToText(UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(_isIPv6 ? bytes : bytes[12..]).ToString();
    }
}
