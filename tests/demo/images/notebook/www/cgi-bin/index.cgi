#!/bin/sh
# index.cgi - the notebook's only page: shows the data that was mounted, to whoever knows the token.
case "&$QUERY_STRING&" in
*"&token=$TOKEN&"*) ;;
*)
	printf 'Status: 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe token is missing or wrong.\n'
	exit
	;;
esac

listing() {
	find "$1" -type f 2>/dev/null | sort | head -n 200 | sed 's/&/\&amp;/g; s/</\&lt;/g'
}

printf 'Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n\r\n'
cat <<PAGE
<!doctype html>
<title>Notebook</title>
<h1>Notebook</h1>
<p>Running as $(id | sed 's/[<&]//g') in $PWD.</p>
<h2>Data, read only</h2>
<pre>
$(listing /tmp/data)
</pre>
<h2>Results</h2>
<pre>
$(listing /tmp/results)
</pre>
PAGE
