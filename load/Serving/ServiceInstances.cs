namespace Mesh.Load.Serving;

/// <summary>The instances behind a service of a generated mesh. They come, go and are replaced.</summary>
internal sealed class ServiceInstances(int service, int count)
{
    private const int FirstNetwork = 10;
    private const int Networks = 100;

    // How often the instance in each place was replaced: its address says it.
    private readonly List<int> _replaced = [.. Enumerable.Repeat(0, count)];
    private bool _shrinks;
    private int _next;

    /// <summary>How many there are.</summary>
    public int Count => _replaced.Count;

    /// <summary>The address of an instance by number.</summary>
    public string Address(int instance) =>
        $"{FirstNetwork + (_replaced[instance] % Networks)}.{(service >> 8) & 0xFF}.{service & 0xFF}.{instance + 1}";

    /// <summary>One comes, until there are half as many more; then one goes, until half of them are left.</summary>
    public void Scale()
    {
        _shrinks = Count >= Math.Max(2, count + (count / 2)) || _shrinks && Count > Math.Max(1, count / 2);
        if (_shrinks)
        {
            _replaced.RemoveAt(Count - 1);
        }
        else
        {
            _replaced.Add(0);
        }
    }

    /// <summary>The next one is replaced by one with another address.</summary>
    /// <returns>Whether it was the last of them.</returns>
    public bool Replace()
    {
        var at = Math.Min(_next, Count - 1);
        _replaced[at]++;
        _next = (at + 1) % Count;
        return _next == 0;
    }
}
