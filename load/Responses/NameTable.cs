using System.IO.Hashing;
using System.Text;

namespace Mesh.Load.Responses;

/// <summary>Names as numbers from 1, for one thread: a virtual Envoy remembers numbers.</summary>
internal sealed class NameTable
{
    private readonly Dictionary<ulong, int> _byHash = [];
    private readonly List<byte[]> _names = [[]];

    /// <summary>The number of a name, a new one when it is new.</summary>
    public int Add(ReadOnlySpan<byte> name)
    {
        var hash = XxHash3.HashToUInt64(name);
        if (!_byHash.TryGetValue(hash, out var number))
        {
            number = _names.Count;
            _names.Add(name.ToArray());
            _byHash.Add(hash, number);
        }

        return number;
    }

    /// <summary>The number of a name.</summary>
    public int Add(string name) => Add(Encoding.UTF8.GetBytes(name));

    /// <summary>Adds the number of a name to a list, if it is not empty and not there.</summary>
    public void AddOnce(ReadOnlySpan<byte> name, List<int> to)
    {
        if (!name.IsEmpty && Add(name) is var number && !to.Contains(number))
        {
            to.Add(number);
        }
    }

    /// <summary>The name of a number, UTF-8.</summary>
    public ReadOnlySpan<byte> this[int number] => _names[number];

    /// <summary>The name of a number.</summary>
    public string Text(int number) => Encoding.UTF8.GetString(_names[number]);
}
